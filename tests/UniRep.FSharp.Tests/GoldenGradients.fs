/// Gradients and steps of Adam that a float64 program computed, and what they belong to.
module UniRep.Tests.GoldenGradients

open System.IO
open System.IO.Compression
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Formats
open UniRep.ModelFiles
open UniRep.Testing

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

/// The models of which there are gradients, and over what their loss is averaged.
let ofGradients =
    [
        for name in [ "waves-5x2"; "waves-33x1"; "paper-64" ] do
            for kind in [ "token"; "sequence" ] -> name, kind
    ]

/// The models of which there are steps of Adam.
let ofSteps = [ "waves-5x2"; "waves-33x1"; "paper-64" ]

let private named (arrays: MlstmArrays) =
    Map.ofSeq (
        seq { for array in arrays.Shape.Parameters() -> array.Name, Array.map float arrays[array] }
    )

let private gradientOf (trainer: ITrainer) name mean =
    let tokens = sequences name |> List.map _.Tokens |> Array.ofList
    trainer.Gradient(tokens, mean, 0, CancellationToken.None)

/// Holds the loss and the gradient of a trainer against the golden ones, each array relative to its largest number.
let checkGradientWithin
    tolerance
    (name, kind)
    (trainer: ITrainer)
    (gradients: unit -> MlstmArrays)
    =
    let golden = npz $"{name}.{kind}.grad.npz"
    let loss = gradientOf trainer name (meanOf kind)
    Tolerance.assertNear Tolerance.lossOfEngine golden["loss"].[0] loss.Loss

    Tolerance.assertEachNamed
        (Tolerance.assertCloseToLargest tolerance)
        (parameters golden)
        (named (gradients ()))

/// The same, as close as float32 gets.
let checkGradient example trainer gradients =
    checkGradientWithin Tolerance.gradientOfEngine example trainer gradients

/// Holds three steps of Adam, and the losses before and after them, against the golden ones.
let checkSteps name (trainer: ITrainer) =
    let golden = npz $"{name}.adam.npz"

    for step in 0..3 do
        let loss = gradientOf trainer name LossMean.PerToken
        let expected = golden["losses"][step]
        Tolerance.assertNear (Tolerance.lossOfEngine * expected) expected loss.Loss

        if step < 3 then
            trainer.Update(AdamStep(Rate = 0.001)) |> ignore

    let expected, found = parameters golden, named (trainer.Parameters())
    Tolerance.assertEachNamed (fun e a -> Assert.equal e.Length a.Length) expected found

    let all arrays =
        arrays |> Map.toArray |> Array.collect snd

    // The first step of Adam is about the sign of the gradient, so where it is near zero it may go either way.
    Tolerance.assertMostlyWithin 0.999 1e-5 (all expected) (all found)
