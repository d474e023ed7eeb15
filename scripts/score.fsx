// Scores mutants of a protein by their likelihood: ln p(mutant) - ln p(wild type), in nats, the final stop counted.
// Usage: dotnet fsi scripts/score.fsx WILD_TYPE.fasta MUTANTS.csv [--weights NAME_OR_PATH] [--measured COLUMN]
//            [--region FIRST-LAST] [--offset N] [--output SCORES.csv]
// MUTANTS (.csv or .tsv) has a column `mutant`: A42G, or A42G:K50R. The first residue is number 1, or N + 1 with --offset N.
// With --region the model reads these residues alone; they keep their numbers. With --measured also: Spearman's correlation
// of scores and measurements, and its 95 % bootstrap interval (1,000 resamples, always the same).
#load "../artifacts/local-feed.fsx" "prelude.fsx"
#r "nuget: MathNet.Numerics, 5.0.0"

open System
open System.Globalization
open System.Text.RegularExpressions
open MathNet.Numerics.Statistics
open UniRep
open Prelude

let command = commandLine 2 [ "--weights"; "--measured"; "--region"; "--offset"; "--output" ]
let whole = (Array.head (readRecords command[0])).Sequence.Letters
let offset = command.Number("--offset", 0, -1_000_000)

let first, last =
    match command.Option "--region" with
    | None -> offset + 1, offset + whole.Length
    | Some text ->
        let ends = Regex.Match(text, @"^(-?\d{1,9})-(-?\d{1,9})$")
        let number (at: int) = int ends.Groups[at].Value

        match ends.Success with
        | true when offset < number 1 && number 1 <= number 2 && number 2 <= offset + whole.Length -> number 1, number 2
        | _ -> stop $"--region {text}: give two residues between {offset + 1} and {offset + whole.Length}, such as 24-286"

let wildType = whole[first - offset - 1 .. last - offset - 1]

/// Makes the mutations of `A42G:K50R`.
let mutate place (mutant: string) =
    let letters = wildType.ToCharArray()

    for mutation in mutant.Split ':' do
        let parts = Regex.Match(mutation, @"^([A-Z])(-?\d{1,9})([A-Z])$")
        if not parts.Success then stop $"{place}: '{mutation}' is no mutation such as A42G"
        let expected, position, residue = parts.Groups[1].Value, int parts.Groups[2].Value, parts.Groups[3].Value

        if position < first || position > last then
            stop $"{place}: {mutant}: residue {position} is not among residues {first} to {last}"

        let found = string wildType[position - first]

        if found <> expected then
            stop $"{place}: {mutant}: {expected} is expected at residue {position} of the wild type, {found} is found"

        letters[position - first] <- residue[0]

    Sequence.parse (String letters) |> orStop (fun error -> $"{place}: {mutant}: {Sequence.describe error}")

let measure place (cell: string) =
    match Double.TryParse(cell, CultureInfo.InvariantCulture) with
    | true, value -> value
    | _ -> stop $"{place}: '{cell}' is no number"

let measured = Option.toList (command.Option "--measured")
let rows = readTable command[1] ("mutant" :: measured)
if rows.Length = 0 then stop $"{command[1]}: there is no mutant"
let mutants = rows |> Array.map (fun (place, cells) -> mutate place cells.Head)
let measurements = rows |> Array.collect (fun (place, cells) -> Array.ofList (List.map (measure place) cells.Tail))
let model = loadModel (command.Option "--weights")
let reference = Sequence.parse wildType |> orStop Sequence.describe
let likelihoods = Model.logLikelihoodMany true model (Seq.append [ reference ] mutants) |> Seq.toArray
let scores = likelihoods[1..] |> Array.map (fun likelihood -> likelihood - likelihoods[0])

let lines = Seq.map2 (fun (_, cells: string list) score -> String.concat "," (cells.Head :: $"%.6f{score}" :: cells.Tail)) rows scores
writeLines (command.Option "--output") (Seq.append [ String.concat "," ("mutant" :: "log_likelihood_ratio" :: measured) ] lines)

if measurements.Length > 0 then
    let spearman (indices: int[]) =
        Correlation.Spearman(Array.map (Array.get scores) indices, Array.map (Array.get measurements) indices)

    let random = Random 0
    let resample _ = spearman (Array.init scores.Length (fun _ -> random.Next scores.Length))
    let resampled = Array.init 1000 resample
    let low, high = Statistics.Quantile(resampled, 0.025), Statistics.Quantile(resampled, 0.975)
    let correlation = spearman [| 0 .. scores.Length - 1 |]
    eprintfn "Spearman's correlation of %d mutants: %.3f (95 %% interval %.3f to %.3f)" scores.Length correlation low high
