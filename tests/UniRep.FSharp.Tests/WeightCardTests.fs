module UniRep.Tests.WeightCardTests

open System
open System.IO
open UniRep
open UniRep.ModelFiles
open UniRep.Formats
open UniRep.Tests.WeightFileTests
open Expecto
open UniRep.Testing

/// The weights of the embedded model.
let private embedded =
    lazy
        (match WeightStore.resolve "open-256" with
         | Ok loaded -> loaded.Weights
         | Error error -> invalidOp error.Message)

let private noCard =
    {
        Name = ""
        Version = ""
        License = ""
        Provenance = ""
    }

let private saved (folder: TestFolder) card =
    let path = folder.Path "copy.safetensors"
    Assert.equal (Ok()) (WeightFile.save path (Weights.withCard card embedded.Value))
    path

/// A safetensors file without metadata, of elements that another program has rounded.
let private rounded (folder: TestFolder) dtype (ofSingle: float32 -> uint16) =
    let tensors = Weights.toTensors embedded.Value

    let header =
        tensors
        |> List.map (fun (name, tensor) ->
            name, dtype, List.map int64 tensor.Shape, 2L * int64 tensor.Values.Length)
        |> Safetensors.header []

    tensors
    |> List.map (fun (_, tensor) ->
        tensor.Values |> Array.collect (ofSingle >> BitConverter.GetBytes))
    |> Array.concat
    |> Array.append header
    |> fun bytes -> folder.WriteBytes("half.safetensors", bytes)

[<Tests>]
let tests =
    testList
        "WeightCardTests"
        [
            testTheory
                "the catalogue knows the numbers of the embedded models"
                [ "open-672", "float16"; "open-256", "float32" ]
            <| fun (name, numbers) ->
                use stream = WeightCatalog.openEmbedded name

                match WeightFile.loadStream name stream, WeightStore.resolve name with
                | Ok found, Ok resolved ->
                    Assert.equal
                        (Some(name, numbers, true))
                        (found.Known
                         |> Option.map (fun known ->
                             known.Model.Name, known.Numbers, known.IsAsPublished))

                    Assert.equal resolved.Weights.Card found.Weights.Card
                    Assert.doesNotContain "Rounded" found.Weights.Card.Provenance
                    Assert.isEmpty found.Warnings
                    Assert.equal found.Known resolved.Known
                    Assert.equal found.Fingerprint.Value resolved.Fingerprint.Value
                | Error error, _ -> failtest (error.Message)
                | _, Error error -> failtest (error.Message)

            testCase "the catalogue knows the numbers of our large model"
            <| fun () ->
                let found = loaded (TestFiles.repositoryPath "weights/open-1920.safetensors")
                Assert.equal "open-1920" found.Weights.Card.Name
                Assert.equal "CC-BY-4.0" found.Weights.Card.License
                Assert.equal (Some true) (found.Known |> Option.map _.IsAsPublished)

            testCase "a model that is not beside the program is told, with what brings it"
            <| fun () ->
                match WeightStore.resolve "open-1920" with
                | Error(WeightStoreError.NotBeside(name, path) as error) ->
                    Assert.equal "open-1920" name

                    Assert.equal
                        (Path.Combine(AppContext.BaseDirectory, "open-1920.safetensors"))
                        path

                    Assert.contains "UniRep.Weights.Open1920" error.Message
                | Error error -> failtest (error.Message)
                | Ok _ -> failtest "there is no such file beside the tests"

            testCase "known numbers get their name, licence and provenance back in every layout"
            <| fun () ->
                use folder = new TestFolder()
                let bare = loaded (saved folder noCard)
                Assert.equal embedded.Value.Card bare.Weights.Card
                Assert.isEmpty bare.Warnings

                let tensors = Map.ofList (Weights.toTensors embedded.Value)
                let npy = loaded (published folder 1 ":0.npy" tensors)
                Assert.equal embedded.Value.Card npy.Weights.Card

                let pickled =
                    PickleExamples.model tensors [ PickleExamples.layer tensors 0 ]
                    |> fun bytes -> loaded (folder.WriteBytes("model_weights.pkl", bytes))

                Assert.equal embedded.Value.Card pickled.Weights.Card

            testCase "a model may be renamed, but its licence stays"
            <| fun () ->
                use folder = new TestFolder()

                let found =
                    saved
                        folder
                        {
                            Name = "mine"
                            Version = "7"
                            License = "MIT"
                            Provenance = "found on the street"
                        }
                    |> loaded

                Assert.equal
                    { embedded.Value.Card with
                        Name = "mine"
                    }
                    found.Weights.Card

                Assert.contains
                    "its licence is said to be 'MIT', but its numbers are those of open-256, whose licence CC-BY-4.0 holds"
                    (Assert.single found.Warnings)

            testCase "copies in half precision are known too"
            <| fun () ->
                use folder = new TestFolder()

                let half (value: float32) =
                    BitConverter.HalfToUInt16Bits(Half.op_Explicit value: Half)

                /// To the nearest, and to the even one of two.
                let brain (value: float32) =
                    let bits = BitConverter.SingleToUInt32Bits value
                    uint16 ((bits + 0x7FFFu + ((bits >>> 16) &&& 1u)) >>> 16)

                for dtype, numbers, ofSingle in
                    [ "F16", "float16", half; "BF16", "bfloat16", brain ] do
                    let found = loaded (rounded folder dtype ofSingle)
                    Assert.equal (Some numbers) (found.Known |> Option.map _.Numbers)
                    Assert.equal "CC-BY-4.0" found.Weights.Card.License
                    Assert.endsWith $"Rounded to {numbers}." found.Weights.Card.Provenance
                    Assert.equal "open-256" found.Weights.Card.Name

            testCase "one changed number makes another model"
            <| fun () ->
                use folder = new TestFolder()
                let weights = embedded.Value

                let tensors =
                    Map.ofList (Weights.toTensors weights)
                    |> Map.change
                        "head.b"
                        (Option.map (fun tensor ->
                            { tensor with
                                Values = Array.updateAt 3 7f tensor.Values
                            }))

                let path = folder.Path "model.safetensors"

                match Weights.ofTensors noCard tensors with
                | Error errors -> failtest $"%A{errors}"
                | Ok changed ->
                    Assert.equal (Ok()) (WeightFile.save path changed)
                    let found = loaded path
                    Assert.equal None found.Known

                    Assert.equal
                        {
                            Name = "model"
                            Version = ""
                            License = "unknown"
                            Provenance = "unknown"
                        }
                        found.Weights.Card

            testCase "a file of the size of a published model says whose licence may hold"
            <| fun () ->
                use folder = new TestFolder()
                let found = loaded (published folder 4 ":0.npy" (Waves.tensors 64 4))
                Assert.equal "unknown" found.Weights.Card.License
                Assert.contains "CC-BY-NC-4.0" found.Weights.Card.Provenance

            testCase "the fingerprint is computed once, and only where it is asked for"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "model.safetensors"
                Assert.equal (Ok()) (WeightFile.save path (Waves.weights 5 1))
                let found = loaded path
                Assert.isFalse found.Fingerprint.IsValueCreated
                Assert.equal (fingerprint 5 1) found.Fingerprint.Value

            testTheory
                "the published models are known wherever they lie"
                [
                    "paper-64", "paper-64"
                    "paper-256", "paper-256"
                    "paper-1900", "paper-1900"
                    "paper-64-jax-pickle", "paper-64"
                    "paper-256-jax-pickle", "paper-256"
                ]
            <| fun (folder, name) ->
                let found = loaded (TestFiles.sharedPath $"weights/{folder}")
                Assert.equal name found.Weights.Card.Name
                Assert.equal "CC-BY-NC-4.0" found.Weights.Card.License
                Assert.startsWith "Alley et al. 2019" found.Weights.Card.Provenance

            testCase "a model tuned by others is of unknown licence, and says whose size it has"
            <| fun () ->
                let found = loaded (TestFiles.sharedPath "weights/evotuned-64-pylrs-jax-pickle")
                Assert.equal "unknown" found.Weights.Card.License
                Assert.contains "of the size of paper-64" found.Weights.Card.Provenance
        ]
