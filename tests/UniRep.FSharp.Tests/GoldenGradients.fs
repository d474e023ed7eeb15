/// Gradients and steps of Adam that a float64 program computed, and what they belong to.
module UniRep.Tests.GoldenGradients

open System.IO
open System.IO.Compression
open UniRep
open UniRep.Compute
open UniRep.Formats
open UniRep.ModelFiles

let private folder () = TestFiles.sharedPath "golden/gradients"

/// The arrays of a .npz file by their names.
let npz name =
    use archive = ZipFile.OpenRead(Path.Combine(folder (), name))

    [
        for entry in archive.Entries do
            use stream = entry.Open()
            use copy = new MemoryStream()
            stream.CopyTo copy

            match Npy.parse (copy.ToArray()) with
            | Ok array -> string (Path.GetFileNameWithoutExtension entry.Name), Npy.toFloats array
            | Error error -> invalidOp $"{name}: {error.Message}"
    ]
    |> Map.ofList

let weights name =
    match name with
    | "waves-5x2" -> Waves.weights 5 2
    | "waves-33x1" -> Waves.weights 33 1
    | _ ->
        match WeightStore.resolve (TestFiles.sharedPath $"weights/{name}") with
        | Ok loaded -> loaded.Weights
        | Error error -> invalidOp error.Message

let sequences name =
    Path.Combine(folder (), $"{name}.sequences.txt")
    |> File.ReadAllLines
    |> Seq.map Golden.parse
    |> List.ofSeq

let meanOf kind =
    if kind = "token" then
        LossMean.PerToken
    else
        LossMean.PerSequence

/// The golden arrays of the model's parameters, without the losses beside them.
let parameters (golden: Map<string, float[]>) =
    golden |> Map.remove "loss" |> Map.remove "losses"
