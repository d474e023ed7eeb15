// Compares two models on the same sequences: how well each predicts them, and how similar their vectors are.
// Usage: dotnet fsi scripts/compare-models.fsx SEQUENCES FIRST SECOND
// FIRST and SECOND are names (open-256, paper-64) or paths. Prints the perplexity of each (e to the mean loss per residue,
// stop included), how often the nearest neighbour of a sequence by cosine is the same in both, and, for two models with the same
// number of units, the largest difference of any value of their average vectors.
#load "../artifacts/local-feed.fsx" "prelude.fsx"

open System
open UniRep
open UniRep.IO
open Prelude

let command = commandLine 3 []
let records = readRecords command[0]

if records.Length < 3 then
    stop $"{command[0]}: {records.Length} sequences are too few to compare neighbours: give at least 3"

let sequences = records |> Array.map _.Sequence

let study name =
    let model = loadModel (Some name)
    let vectors = Model.representMany model sequences |> Seq.map _.Average |> Seq.toArray

    // Array.max and Seq.maxBy would pass over NaN.
    match vectors |> Array.tryFindIndex (Array.forall Single.IsFinite >> not) with
    | Some at -> stop $"{name}: the vector of '{records[at].Id}' is not finite"
    | None -> ()

    let loss = -(Seq.sum (Model.logLikelihoodMany true model sequences))
    let tokens = sequences |> Array.sumBy (fun sequence -> sequence.Length + 1)

    let nearest =
        Array.init vectors.Length (fun at ->
            Seq.init vectors.Length id
            |> Seq.filter ((<>) at)
            |> Seq.maxBy (fun other -> cosine vectors[at] vectors[other]))

    printfn $"{name}: {model.Shape.Units} units x {model.Shape.Layers} layers, perplexity %.3f{exp (loss / float tokens)}"
    vectors, nearest

let (first, nearestInFirst), (second, nearestInSecond) = study command[1], study command[2]
let agreeing = Array.map2 (=) nearestInFirst nearestInSecond |> Array.filter id |> Array.length
printfn $"the same nearest neighbour: {agreeing} of {records.Length} sequences"

if first[0].Length = second[0].Length then
    let difference =
        Array.map2 (Array.map2 (fun (a: float32) b -> abs (a - b))) first second
        |> Array.concat
        // Array.max would pass over NaN.
        |> Array.fold (fun most difference -> MathF.Max(most, difference)) 0f

    printfn $"largest difference of average vectors: %.3g{difference}"
else
    printfn "the vectors are of different lengths and cannot be compared"
