module UniRep.Tests.WeightBoundsTests

open System
open UniRep
open UniRep.Definition
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Compute
open UniRep.Tests.WeightFileTests
open Expecto
open UniRep.Testing

/// A model file whose arrays were changed.
let private changed (folder: TestFolder) layers (changes: (string * float32) list) =
    let tensors =
        (Waves.tensors 5 layers, changes)
        ||> List.fold (fun tensors (name, value) ->
            tensors
            |> Map.change
                name
                (Option.map (fun tensor ->
                    { tensor with
                        Values = Array.map (fun _ -> value) tensor.Values
                    })))

    let path = folder.Path "model.safetensors"

    match Weights.ofTensors (Waves.weights 5 layers).Card tensors with
    | Ok weights -> Assert.equal (Ok()) (WeightFile.save path weights)
    | Error errors -> failtest $"%A{errors}"

    path

let private tooLarge path =
    match WeightFile.load path with
    | Error(WeightFileError.BadArrays(_, _, [ WeightsError.TooLarge(name, _) ])) -> name
    | other -> $"%A{other}"

let private everyResidue =
    match Sequence.parse "MACDEFGHIKLMNPQRSTVWYXBZJUO" with
    | Ok sequence -> sequence
    | Error error -> invalidOp $"%A{error}"

/// The three vectors and the logits of a model on every residue, one after another.
let private valuesOf path =
    use model = TestModels.load Cpu.automatic path
    let rep = Model.represent model everyResidue
    let logits = Model.logits model everyResidue |> Seq.cast<float32> |> Array.ofSeq
    Array.concat [ rep.Average; rep.Final; rep.Cell; logits ]

let private isFinite (values: float32[]) = Array.forall Single.IsFinite values

[<Tests>]
let tests =
    testList
        "WeightBoundsTests"
        [
            testTheory
                "finite values that make vectors overflow are refused with the array's name"
                [
                    "layer0.gmx", 1e30f
                    "layer0.gmh", -1e30f
                    "layer0.gx", 1e30f
                    "layer0.gh", 3e38f
                    "layer0.b", -1e30f
                    "layer1.gmx", 1e30f
                    "layer1.gx", -3e38f
                    "embed", 1e30f
                    "head.w", 3e38f
                    "head.b", 1e30f
                ]
            <| fun (name: string, value: float32) ->
                use folder = new TestFolder()
                let path = changed folder 2 [ name, value ]
                Assert.equal name (tooLarge path)
                Assert.contains name (message path)
                Assert.contains "vectors overflow" (message path)

            testCase "arrays that overflow only together are refused"
            <| fun () ->
                use folder = new TestFolder()
                let path = changed folder 1 [ "layer0.gmx", 1e11f; "layer0.gmh", 1e12f ]
                Assert.equal "layer0.gmh" (tooLarge path)

            testCase "an overflow in a folder is told by its file"
            <| fun () ->
                use folder = new TestFolder()

                let tensors =
                    Waves.tensors 5 1
                    |> Map.add
                        "layer0.gmx"
                        {
                            Shape = [ 5 ]
                            Values = Array.create 5 1e30f
                        }

                Assert.contains
                    "rnn_mlstm_mlstm_gmx:0.npy"
                    (message (published folder 1 ":0.npy" tensors))

            testCase "large values that are normalised away are read, and vectors are finite"
            <| fun () ->
                use folder = new TestFolder()

                for name in [ "layer0.wmx"; "layer0.wmh"; "layer0.wx"; "layer0.wh"; "layer1.wh" ] do
                    for value in [ 3e38f; 1e-38f; 0f ] do
                        // A column of zeros has no length to divide by: it stays zero, as in the published programs.
                        Expect.isTrue
                            (isFinite (valuesOf (changed folder 2 [ name, value ])))
                            $"{name} {value}"

            testCase "vectors of a column of zeros are those of the definition"
            <| fun () ->
                use folder = new TestFolder()
                let path = changed folder 1 [ "layer0.wh", 0f ]
                let expected = Mlstm.represent (Mlstm.network (loaded path).Weights) everyResidue
                let found = (valuesOf path)[..14]

                Tolerance.assertClose
                    Tolerance.engine
                    (Array.concat [ expected.Average; expected.Final; expected.Cell ]
                     |> Array.map float)
                    (Array.map float found)

            testCase "every model that is read gives finite vectors"
            <| fun () ->
                use folder = new TestFolder()

                for value in [ 1e3f; 1e9f; 1e15f ] do
                    for name in
                        [ "layer0.gx"; "layer0.b"; "layer1.gx"; "layer1.b"; "head.w"; "head.b" ] do
                        Expect.isTrue
                            (isFinite (valuesOf (changed folder 2 [ name, value ])))
                            $"{name} {value}"
        ]
