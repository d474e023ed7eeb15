module UniRep.Tests.TorchOptionsTests

open System
open UniRep
open Xunit

[<Theory>]
[<InlineData("cpu", "cpu")>]
[<InlineData("cuda", "cuda:0")>]
[<InlineData("cuda:3", "cuda:3")>]
let ``a device is read by its name`` (text: string) (name: string) =
    Assert.Equal(Some name, TorchDevice.tryParse text |> Option.map _.Name)

[<Theory>]
[<InlineData("")>]
[<InlineData("gpu")>]
[<InlineData("cuda:")>]
[<InlineData("cuda:-1")>]
[<InlineData("cuda:1:2")>]
[<InlineData("cuda: 1")>]
[<InlineData("cpu:0")>]
let ``no other text is a device`` (text: string) =
    Assert.Equal(None, TorchDevice.tryParse text)

[<Fact>]
let ``an option out of its range is an ArgumentException`` () =
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
        Assert.ThrowsAny<ArgumentException>(fun () -> Torch.backendWith wrong |> ignore)
        |> ignore

[<Fact>]
let ``tf32 on the CPU and training in bfloat16 are refused`` () =
    let refused (what: string) result =
        match result with
        | Error(BackendError.Unsupported("torch", found)) -> Assert.Contains(what, found)
        | other -> Assert.Fail $"%A{other}"

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
