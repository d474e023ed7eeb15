module UniRep.Tests.TorchGradientTests

open UniRep
open UniRep.Tests.GoldenGradients
open UniRep.Compute
open Expecto
open UniRep.Testing

let private trainerOf options (weights: Weights) =
    TorchTestModels.require ()
    let device = new TorchSharp.torch.Device(TorchSharp.DeviceType.CPU)
    new TorchTrainer(TorchTestModels.options, device, options, TrainerState.Start weights.Arrays)

[<Tests>]
let tests =
    testList
        "TorchGradientTests"
        [
            testTheory "Torch gives the gradients of another program" ofGradients
            <| fun (name: string, kind: string) ->
                use trainer = trainerOf (TrainerOptions()) (weights name)
                checkGradient (name, kind) trainer trainer.Gradients

            testTheory "Torch makes the steps of another program" ofSteps
            <| fun (name: string) ->
                use trainer = trainerOf (TrainerOptions()) (weights name)
                checkSteps name trainer
        ]
