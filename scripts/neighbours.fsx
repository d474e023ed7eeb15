// Finds the sequences whose representations are nearest to those of queries.
// Usage: dotnet fsi scripts/neighbours.fsx QUERIES SEQUENCES [--weights NAME_OR_PATH] [--count N]
// Prints a table: query, rank, neighbour, its length, and the cosine similarity of the two average vectors. Every unit is
// scaled to mean 0 and variance 1 over SEQUENCES; otherwise a few large units dominate. N is 5 by default.
#load "../artifacts/local-feed.fsx" "prelude.fsx"

open UniRep
open UniRep.IO
open Prelude

let command = commandLine 2 [ "--weights"; "--count" ]
let count = command.Number("--count", 5, 1)
let queries, sequences = readRecords command[0], readRecords command[1]
let model = loadModel (command.Option "--weights")

let averages (records: SequenceRecord[]) =
    Model.representMany model (Seq.map _.Sequence records) |> Seq.map _.Average |> Seq.toArray

let vectors = averages sequences

/// The mean and the standard deviation of each unit.
let scales =
    Array.init model.Shape.Units (fun unit ->
        let values = vectors |> Array.map (fun vector -> float vector[unit])
        let mean = Array.average values
        float32 mean, float32 (max 1e-6 (sqrt (values |> Array.averageBy (fun value -> (value - mean) ** 2.0)))))

let scaled (vector: float32[]) =
    Array.map2 (fun value (mean, deviation) -> (value - mean) / deviation) vector scales

let known = Array.map scaled vectors

printfn "query\trank\tneighbour\tlength\tcosine"

for query, vector in Seq.zip queries (averages queries |> Seq.map scaled) do
    Array.map2 (fun record other -> record, cosine vector other) sequences known
    |> Array.filter (fun (record, _) -> record.Id <> query.Id)
    |> Array.sortByDescending snd
    |> Seq.truncate count
    |> Seq.iteri (fun rank (record: SequenceRecord, similarity) ->
        printfn $"{tabbed query.Id}\t{rank + 1}\t{tabbed record.Id}\t{record.Sequence.Length}\t%.4f{similarity}")
