/// Models without a language-model head: they give vectors, and nothing that takes a head.
module UniRep.Tests.HeadlessModelTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Definition
open UniRep.Formats
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open UniRep.Tests.NpzExamples
open UniRep.Tests.WeightFileTests
open Xunit

let private whole = Waves.weights 5 2

let private headless =
    match Weights.ofTensors whole.Card (withoutHead (Waves.tensors 5 2)) with
    | Ok weights -> weights
    | Error errors -> invalidOp errors.Head.Message

let private sequence = Golden.parse "MKTAYIAKQR"
let private refusal = "waves has no language-model head"

[<Fact>]
let ``a model has both arrays of a head, or none`` () =
    Assert.True whole.HasHead
    Assert.False headless.HasHead
    Assert.Empty headless.HeadW
    Assert.Empty headless.HeadB

    Assert.Equal<(string * Tensor) list>(
        Map.toList (withoutHead (Waves.tensors 5 2)),
        List.sortBy fst (Weights.toTensors headless)
    )

    Assert.NotEqual<string>(WeightFile.fingerprint whole, WeightFile.fingerprint headless)

    Assert.Equal(
        Error [ WeightsError.MissingArrays [ "head.b" ] ],
        Waves.tensors 5 2
        |> Map.remove "head.b"
        |> Weights.ofTensors whole.Card
        |> Result.map ignore
    )

[<Fact>]
let ``it gives the vectors and states of the same model with a head`` () =
    use model = TestModels.ofWeights headless
    use other = TestModels.ofWeights whole
    Assert.Equal(Model.represent other sequence, Model.represent model sequence)
    Assert.Equal(Model.hiddenStates other sequence, Model.hiddenStates model sequence)

    Assert.Equal(
        Mlstm.represent (Mlstm.network whole) sequence,
        Mlstm.represent (Mlstm.network headless) sequence
    )

[<Fact>]
let ``whatever takes a head is refused by one clear error`` () =
    use model = TestModels.ofWeights headless

    let refused (action: unit -> 'result) =
        let error = Assert.Throws<UniRepException>(fun () -> action () |> ignore)
        Assert.Equal("NoHead", error.Case)
        Assert.StartsWith(refusal, error.Message)

    refused (fun () -> Model.logits model sequence)
    refused (fun () -> Model.logLikelihoods model sequence)
    refused (fun () -> Model.logLikelihood true model sequence)
    refused (fun () -> Model.logLikelihoodMany true model [ sequence ] |> Array.ofSeq)
    refused (fun () -> HeadAlignment.judge headless)

    Assert.Throws<ArgumentException>(fun () ->
        Mlstm.logLikelihoods (Mlstm.network headless) sequence |> ignore)
    |> ignore

[<Fact>]
let ``it cannot be trained`` () =
    match
        EvoTuning.tune
            Cpu.automatic
            TrainingExamples.quick
            EvoTuning.silent
            CancellationToken.None
            headless
            [ sequence ]
    with
    | Error(TrainingError.StartModel(WeightStoreError.NoHead _) as error) -> Assert.Contains(refusal, error.Message)
    | other -> Assert.Fail $"%A{other}"

    use folder = new TestFolder()
    let path = folder.Path "headless.safetensors"
    Assert.Equal(Ok(), WeightFile.save path headless)

    let request =
        { TrainingExamples.request folder TrainingExamples.quick with
            Start = StartModel.Weights path
        }

    match
        EvoTuning.run
            Cpu.automatic
            request
            (folder.Path "out")
            1e9
            EvoTuning.silent
            Threading.CancellationToken.None
    with
    | Error(TrainingError.StartModel(WeightStoreError.NoHead card)) -> Assert.Equal("waves", card.Name)
    | other -> Assert.Fail $"%A{other}"

    Assert.False(Directory.Exists(folder.Path "out"))

[<Fact>]
let ``it is read and written with a warning`` () =
    use folder = new TestFolder()
    let npz, safetensors = folder.Path "model.npz", folder.Path "model.safetensors"
    Assert.Equal(Ok(), WeightFile.saveNpz npz headless)
    Assert.Equal(Ok(), WeightFile.save safetensors headless)

    for path in [ npz; safetensors ] do
        let found = loaded path
        Assert.Equal(WeightFile.fingerprint headless, found.Fingerprint.Value)
        Assert.True found.Head.IsNone
        Assert.Contains("has no language-model head", Assert.Single found.Warnings)

    use model = TestModels.load Cpu.automatic npz

    Assert.Contains("has no language-model head", Assert.Single model.Warnings)

[<Fact>]
let ``a folder of .npy files always has a head`` () =
    use folder = new TestFolder()
    let path = folder.Path "out"

    match WeightFile.saveNpyFolder false path headless with
    | Error(WeightFileError.HeadNeeded _ as error) ->
        Assert.Contains("waves has none: write a .npz", error.Message)
    | other -> Assert.Fail $"%A{other}"

    Assert.False(Directory.Exists path)

    Assert.Contains(
        "missing: fully_connected_weights:0.npy, fully_connected_biases:0.npy",
        message (published folder 2 ":0.npy" (withoutHead (Waves.tensors 5 2)))
    )
