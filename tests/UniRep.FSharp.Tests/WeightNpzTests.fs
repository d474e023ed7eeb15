module UniRep.Tests.WeightNpzTests

open System.IO
open System.IO.Compression
open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Formats
open UniRep.Tests.NpzExamples
open UniRep.Tests.WeightFileTests
open Expecto
open UniRep.Testing

/// The embedded default model.
let private embedded =
    lazy
        (match WeightStore.resolve WeightCatalog.defaultName with
         | Ok loaded -> loaded.Weights
         | Error error -> invalidOp error.Message)

/// A run of jax-unirep: its folder `iter_3`, and the model in it.
let private iteration (folder: TestFolder) (bytes: byte[]) =
    let path = Directory.CreateDirectory(folder.Path "run/iter_3").FullName
    let file = Path.Combine(path, "model_weights.npz")
    File.WriteAllBytes(file, bytes)
    path, file

[<Tests>]
let tests =
    testList
        "WeightNpzTests"
        [
            testTheory
                "a model of jax-unirep 3.0 is read from its file and its folder"
                [ CompressionLevel.NoCompression; CompressionLevel.Optimal ]
            <| fun level ->
                for layers in [ 1; 3 ] do
                    use folder = new TestFolder()
                    let path, file = iteration folder (zip level (files (Waves.tensors 5 layers)))

                    for path in [ path; file ] do
                        let found = loaded path
                        Assert.equal WeightLayout.JaxNpz found.Layout
                        Assert.equal "iter_3" found.Weights.Card.Name
                        Assert.equal (fingerprint 5 layers) (WeightFile.fingerprint found.Weights)
                        Assert.isTrue found.Head.IsSome

            testCase "the file of the published model is that model"
            <| fun () ->
                let found = loaded (TestFiles.sharedPath "weights/paper-64-jax-npz")
                Assert.equal (Some HeadAlignment.Published) (found.Head |> Option.map _.Alignment)
                Assert.isEmpty found.Warnings
                Assert.equal (Some "paper-64") (found.Known |> Option.map _.Model.Name)
                let original = loaded (TestFiles.sharedPath "weights/paper-64")
                Assert.equal original.Fingerprint.Value found.Fingerprint.Value
                Assert.equal original.Weights.Card found.Weights.Card

            testCase "a head of class = token is put right"
            <| fun () ->
                use folder = new TestFolder()
                let original = Map.ofList (Weights.toTensors embedded.Value)

                /// Class k of the published head belongs to token k + 1; the class of start takes the place of padding.
                let shifted name =
                    let tensor = original[name]

                    let column k =
                        match k with
                        | 0 -> 23
                        | 24 -> 24
                        | k -> k - 1

                    { tensor with
                        Values =
                            Array.init tensor.Values.Length (fun at ->
                                tensor.Values[at / 25 * 25 + column (at % 25)])
                    }

                let tuned =
                    original
                    |> Map.add "head.w" (shifted "head.w")
                    |> Map.add "head.b" (shifted "head.b")

                let path, _ = iteration folder (stored (files tuned))
                let found = loaded path
                Assert.equal (Some HeadAlignment.JaxUnirep) (found.Head |> Option.map _.Alignment)

                Assert.equal
                    (WeightFile.fingerprint embedded.Value)
                    (WeightFile.fingerprint found.Weights)

                // What is written is a head as published.
                let path = folder.Path "back.npz"
                Assert.equal (Ok()) (WeightFile.saveNpz path found.Weights)

                Assert.equal
                    (Some HeadAlignment.Published)
                    ((loaded path).Head |> Option.map _.Alignment)

            testCase "a head in doubt is left as it is and warned of"
            <| fun () ->
                // As weights by formula go, this one seems to be of jax-unirep, by a hair.
                let weights = Waves.weights 5 2
                let verdict = HeadAlignment.judge weights
                Assert.equal HeadAlignment.JaxUnirep verdict.Alignment
                Assert.isTrue (HeadAlignment.isUnsure verdict)
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                Assert.equal (Ok()) (WeightFile.saveNpz path weights)
                let found = loaded path
                Assert.equal (WeightFile.fingerprint weights) found.Fingerprint.Value

                Assert.contains "is in doubt" (Assert.single found.Warnings)

                Assert.endsWith "it is taken as class = token - 1, as published" found.Warnings.Head

            testCase "errors name the file and the array as the file does"
            <| fun () ->
                use folder = new TestFolder()
                let tensors = Waves.tensors 5 2

                let text tensors =
                    let path, file = iteration folder (stored (files tensors))
                    let text = message path
                    Assert.startsWith $"{file}: " text
                    text

                Assert.contains
                    "missing: mlstm.0.gh, mlstm.1.wx"
                    (text (tensors |> Map.remove "layer0.gh" |> Map.remove "layer1.wx"))

                let other = { Shape = [ 2 ]; Values = [| 1f; 2f |] }

                Assert.contains
                    "mlstm.1.b: shape [20] expected"
                    (text (Map.add "layer1.b" other tensors))

                Assert.contains "missing: dense.b" (text (Map.remove "head.b" tensors))

                let infinite =
                    { tensors["head.b"] with
                        Values = Array.create 25 infinityf
                    }

                Assert.contains
                    "dense.b: element 0 is not"
                    (text (Map.add "head.b" infinite tensors))

            testCase "a damaged archive is told with its path"
            <| fun () ->
                use folder = new TestFolder()
                let whole = stored (files (Waves.tensors 5 1))
                let path, file = iteration folder (Array.truncate 900 whole)
                Assert.startsWith $"{file}: a zip archive that is damaged or cut off" (message path)
                // Cut off in its first bytes it is still an .npz by its name.
                let path, file = iteration folder whole[..2]
                Assert.startsWith $"{file}: a zip archive that is damaged or cut off" (message path)

            testCase "a model is known by its bytes, whatever the file is called"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteBytes("model.zip", stored (files (Waves.tensors 5 1)))
                Assert.equal (fingerprint 5 1) (WeightFile.fingerprint (loaded path).Weights)

            testCase "representations beside a model are left alone"
            <| fun () ->
                use folder = new TestFolder()
                let model = stored (files (Waves.tensors 5 1))
                let path, _ = iteration folder model
                let reps = Path.Combine(path, "a.npz")
                Example.save reps OutputFormat.Npz Example.allPools "{}" Example.three
                Assert.equal WeightLayout.JaxNpz ((loaded path).Layout)
                Assert.contains "representations of sequences, not weights" (message reps)

                File.Delete(Path.Combine(path, "model_weights.npz"))
                Assert.startsWith $"{reps}: representations" (message path)

                WeightFile.save (Path.Combine(path, "model.safetensors")) (Waves.weights 5 1)
                |> ignore

                Assert.equal WeightLayout.SafetensorsFile ((loaded path).Layout)

            testCase "two models in one folder are both named"
            <| fun () ->
                use folder = new TestFolder()
                let path, file = iteration folder (stored (files (Waves.tensors 5 1)))
                File.WriteAllBytes(Path.Combine(path, "model_weights.pkl"), [| 0x80uy; 4uy; 46uy |])

                Assert.contains
                    "more than one model (model_weights.npz, model_weights.pkl)"
                    (message path)

                File.Delete(Path.Combine(path, "model_weights.pkl"))

                WeightFile.save (Path.Combine(path, "model.safetensors")) (Waves.weights 5 1)
                |> ignore

                Assert.contains
                    "more than one model (model.safetensors, model_weights.npz)"
                    (message path)

                File.Delete(Path.Combine(path, "model.safetensors"))
                File.Move(file, Path.Combine(path, "a.npz"))
                File.Copy(Path.Combine(path, "a.npz"), Path.Combine(path, "b.npz"))
                Assert.contains "more than one model (a.npz, b.npz)" (message path)
        ]
