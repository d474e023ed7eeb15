// Draws the proteins of a file as a map: an HTML page that shows the name of each on hover and needs no network.
// Usage: dotnet fsi scripts/map-page.fsx SEQUENCES PAGE.html [--weights NAME_OR_PATH] [--by-description]
// SEQUENCES is a FASTA file or a table. Near proteins have similar average vectors: the axes are the first two principal components,
// after every unit is scaled to mean 0 and variance 1. --by-description gives each text after the id a colour. PAGE.html is not
// overwritten.
#load "../artifacts/local-feed.fsx" "prelude.fsx"
#r "nuget: UniRep.Plotly"

open System
open System.IO
open UniRep
open UniRep.Charts
open UniRep.IO
open UniRep.Plotly
open Prelude

let command = commandLineOf (2, 2) [ "--weights" ] [ "--by-description" ]
let page = command[1]

if not (List.contains (Path.GetExtension(page).ToLowerInvariant()) [ ".html"; ".htm" ]) then
    showUsage (Some $"{page}: the name of a page ends in .html")

if File.Exists page then
    stop $"{page}: exists already: give another name"

let records = readRecords command[0]

if records.Length < 2 then
    stop $"{command[0]}: a map needs at least 2 sequences"

let model = loadModel (command.Option "--weights")

let vectors =
    Model.representMany model (Seq.map _.Sequence records) |> Seq.map _.Average |> Seq.toArray

let scaled =
    Array.transpose vectors
    |> Array.map (fun unit ->
        let mean = Array.average unit
        let deviation = sqrt (unit |> Array.averageBy (fun value -> (value - mean) ** 2f))
        unit |> Array.map (fun value -> (value - mean) / max 1e-6f deviation))
    |> Array.transpose

let map = Projection.pca 2 scaled

let group (record: SequenceRecord) =
    if command.Has "--by-description" then
        record.Header[record.Id.Length ..].Trim()
    else
        "proteins"

let axis number =
    Chart.axis $"component {number} (%.0f{100.0 * map.Explained[number - 1]} %% of the variance)"

let chart =
    [
        for name, members in Array.groupBy (snd >> group) (Array.indexed records) ->
            Chart.labelled
                name
                [ for at, record in members -> record.Id, map.Coordinates[at, 0], map.Coordinates[at, 1] ]
    ]
    |> Chart.scatter $"{Path.GetFileName command[0]}: {records.Length} proteins" (axis 1) (axis 2)
    |> Chart.sized 900 600

try
    Chart.savePage page chart
with :? IOException | :? UnauthorizedAccessException as error ->
    stop $"{page}: cannot be written: {error.Message}"

printfn $"{page}: {records.Length} proteins, {FileInfo(page).Length / 1024L} KiB"
