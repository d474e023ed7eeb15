module UniRep.Tests.TorchGradientTests

open System.Threading
open UniRep
open UniRep.Tests.GoldenGradients
open UniRep.Compute
open Expecto
open UniRep.Testing

let private tokens name =
    sequences name |> List.map _.Tokens |> Array.ofList

let private named (arrays: MlstmArrays) =
    Map.ofSeq (
        seq { for array in arrays.Shape.Parameters() -> array.Name, Array.map float arrays[array] }
    )

let private trainerOf options (weights: Weights) =
    TorchTestModels.require ()
    let device = new TorchSharp.torch.Device(TorchSharp.DeviceType.CPU)
    new TorchTrainer(TorchTestModels.options, device, options, TrainerState.Start weights.Arrays)

let private assertClose tolerance golden found =
    Tolerance.assertEachNamed (Tolerance.assertCloseToLargest tolerance) golden found

let private gradient (trainer: TorchTrainer) sequences mean window =
    (trainer :> ITrainer).Gradient(sequences, mean, window, CancellationToken.None)

[<Tests>]
let tests =
    testList
        "TorchGradientTests"
        [
            testTheory
                "Torch gives the gradients of another program"
                [
                    "waves-5x2", "token"
                    "waves-5x2", "sequence"
                    "waves-33x1", "token"
                    "waves-33x1", "sequence"
                    "paper-64", "token"
                    "paper-64", "sequence"
                ]
            <| fun (name: string, kind: string) ->
                let golden = npz $"{name}.{kind}.grad.npz"
                use trainer = trainerOf (TrainerOptions()) (weights name)
                let loss = gradient trainer (tokens name) (meanOf kind) 0
                Tolerance.assertNear Tolerance.lossOfEngine golden["loss"].[0] loss.Loss

                assertClose
                    Tolerance.gradientOfEngine
                    (parameters golden)
                    (named (trainer.Gradients()))

            testTheory
                "Torch makes the steps of another program"
                [ "waves-5x2"; "waves-33x1"; "paper-64" ]
            <| fun (name: string) ->
                let golden = npz $"{name}.adam.npz"
                let sequences = tokens name
                use trainer = trainerOf (TrainerOptions()) (weights name)
                let asTrainer = trainer :> ITrainer

                for step in 0..3 do
                    let loss = gradient trainer sequences LossMean.PerToken 0
                    let expected = golden["losses"][step]
                    Tolerance.assertNear (Tolerance.lossOfEngine * expected) expected loss.Loss

                    if step < 3 then
                        asTrainer.Update(AdamStep(Rate = 0.001)) |> ignore

                let expected, found = parameters golden, named (asTrainer.Parameters())

                // The first step of Adam is about the sign of the gradient, so where it is near zero it may go either way.
                (expected.Values |> Array.concat, found.Values |> Array.concat)
                ||> Tolerance.assertMostlyWithin 0.999 1e-5
        ]
