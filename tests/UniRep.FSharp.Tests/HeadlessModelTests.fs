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
open Expecto
open UniRep.Testing

let private whole = Waves.weights 5 2

let private headless =
    match Weights.ofTensors whole.Card (withoutHead (Waves.tensors 5 2)) with
    | Ok weights -> weights
    | Error errors -> invalidOp errors.Head.Message

let private sequence = Golden.parse "MKTAYIAKQR"

let private refusal = "waves has no language-model head"

[<Tests>]
let tests =
    testList
        "HeadlessModelTests"
        [
            testCase "a model has both arrays of a head, or none"
            <| fun () ->
                Assert.isTrue whole.HasHead
                Assert.isFalse headless.HasHead
                Assert.isEmpty headless.HeadW
                Assert.isEmpty headless.HeadB

                Assert.equal
                    (Map.toList (withoutHead (Waves.tensors 5 2)))
                    (List.sortBy fst (Weights.toTensors headless))

                Assert.notEqual (WeightFile.fingerprint whole) (WeightFile.fingerprint headless)

                Assert.equal
                    (Error [ WeightsError.MissingArrays [ "head.b" ] ])
                    (Waves.tensors 5 2
                     |> Map.remove "head.b"
                     |> Weights.ofTensors whole.Card
                     |> Result.map ignore)

            testCase "it gives the vectors and states of the same model with a head"
            <| fun () ->
                use model = TestModels.ofWeights headless
                use other = TestModels.ofWeights whole
                Assert.equal (Model.represent other sequence) (Model.represent model sequence)
                Assert.equal (Model.hiddenStates other sequence) (Model.hiddenStates model sequence)

                Assert.equal
                    (Mlstm.represent (Mlstm.network whole) sequence)
                    (Mlstm.represent (Mlstm.network headless) sequence)

            testCase "whatever takes a head is refused by one clear error"
            <| fun () ->
                use model = TestModels.ofWeights headless

                let refused (action: unit -> 'result) =
                    let error = Assert.throws<UniRepException>(fun () -> action () |> ignore)
                    Assert.equal "NoHead" error.Case
                    Assert.startsWith refusal error.Message

                refused (fun () -> Model.logits model sequence)
                refused (fun () -> Model.logLikelihoods model sequence)
                refused (fun () -> Model.logLikelihood true model sequence)
                refused (fun () -> Model.logLikelihoodMany true model [ sequence ] |> Array.ofSeq)
                refused (fun () -> HeadAlignment.judge headless)

                Assert.throws<ArgumentException>(fun () ->
                    Mlstm.logLikelihoods (Mlstm.network headless) sequence |> ignore)
                |> ignore

            testCase "it cannot be trained"
            <| fun () ->
                match
                    EvoTuning.tune
                        Cpu.automatic
                        TrainingExamples.quick
                        EvoTuning.silent
                        CancellationToken.None
                        headless
                        [ sequence ]
                with
                | Error(TrainingError.StartModel(WeightStoreError.NoHead _) as error) ->
                    Assert.contains refusal error.Message
                | other -> failtest $"%A{other}"

                use folder = new TestFolder()
                let path = folder.Path "headless.safetensors"
                Assert.equal (Ok()) (WeightFile.save path headless)

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
                | Error(TrainingError.StartModel(WeightStoreError.NoHead card)) ->
                    Assert.equal "waves" card.Name
                | other -> failtest $"%A{other}"

                Assert.isFalse (Directory.Exists(folder.Path "out"))

            testCase "it is read and written with a warning"
            <| fun () ->
                use folder = new TestFolder()
                let npz, safetensors = folder.Path "model.npz", folder.Path "model.safetensors"
                Assert.equal (Ok()) (WeightFile.saveNpz npz headless)
                Assert.equal (Ok()) (WeightFile.save safetensors headless)

                for path in [ npz; safetensors ] do
                    let found = loaded path
                    Assert.equal (WeightFile.fingerprint headless) found.Fingerprint.Value
                    Assert.isTrue found.Head.IsNone
                    Assert.contains "has no language-model head" (Assert.single found.Warnings)

                use model = TestModels.load Cpu.automatic npz

                Assert.contains "has no language-model head" (Assert.single model.Warnings)

            testCase "a folder of .npy files always has a head"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "out"

                match WeightFile.saveNpyFolder false path headless with
                | Error(WeightFileError.HeadNeeded _ as error) ->
                    Assert.contains "waves has none: write a .npz" error.Message
                | other -> failtest $"%A{other}"

                Assert.isFalse (Directory.Exists path)

                Assert.contains
                    "missing: fully_connected_weights:0.npy, fully_connected_biases:0.npy"
                    (message (published folder 2 ":0.npy" (withoutHead (Waves.tensors 5 2))))
        ]
