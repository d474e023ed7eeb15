module UniRep.Tests.TorchOptionsTests

open System
open UniRep
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "TorchOptionsTests"
        [
            testTheory
                "a device is read by its name"
                [ "cpu", "cpu"; "cuda", "cuda:0"; "cuda:3", "cuda:3" ]
            <| fun (text: string, name: string) ->
                Assert.equal (Some name) (TorchDevice.tryParse text |> Option.map _.Name)

            testTheory
                "no other text is a device"
                [ ""; "gpu"; "cuda:"; "cuda:-1"; "cuda:1:2"; "cuda: 1"; "cpu:0" ]
            <| fun (text: string) -> Assert.equal None (TorchDevice.tryParse text)

            testCase "an option out of its range is an ArgumentException"
            <| fun () ->
                let options = TorchTestModels.options

                for wrong in
                    [
                        { options with Threads = -1 }
                        { options with Threads = 100_000 }
                        { options with BatchSize = 0 }
                        { options with
                            Device = TorchDevice.Cuda -1
                        }
                    ] do
                    Assert.throws<ArgumentException>(fun () -> Torch.backendWith wrong |> ignore)
                    |> ignore

            testCase "tf32 on the CPU and training in bfloat16 are refused"
            <| fun () ->
                let refused (what: string) result =
                    match result with
                    | Error(BackendError.Unsupported("torch", found)) -> Assert.contains what found
                    | other -> failtest $"%A{other}"

                let backendOf precision =
                    Torch.backendWith
                        { TorchTestModels.options with
                            Precision = precision
                        }

                let weights = Waves.weights 5 1
                refused "tf32" ((backendOf TorchPrecision.TF32).Infer weights |> Result.map ignore)

                let train options =
                    (backendOf TorchPrecision.BFloat16).Train.Value
                        options
                        (Compute.TrainerState.Start weights.Arrays)
                    |> Result.map ignore

                refused "bfloat16" (train (Compute.TrainerOptions()))

                let chosen =
                    Compute.TrainerOptions(InstructionSet = Nullable Compute.InstructionSet.Avx2)

                refused
                    "instruction set"
                    ((Torch.backend TorchDevice.Cpu).Train.Value
                        chosen
                        (Compute.TrainerState.Start weights.Arrays)
                     |> Result.map ignore)
        ]
