/// The Torch backend against values that are not ours.
module UniRep.Tests.TorchGoldenTests

open System.IO
open UniRep
open Expecto
open UniRep.Testing

let private goldenFolder = TestFiles.repositoryPath "tests/golden"

let private floats (values: float32[]) = Array.map float values

/// Compares every sequence of a golden set; averages within a tolerance of their own.
let private checkWithin average tolerance model (golden: Golden.Golden) =
    let reps = Model.representMany model golden.Sequences |> Array.ofSeq

    (golden.Average, reps)
    ||> Tolerance.assertEach (fun expected (rep: Rep) ->
        Tolerance.assertClose average expected (floats rep.Average))

    (golden.Final, reps)
    ||> Tolerance.assertEach (fun expected (rep: Rep) ->
        Tolerance.assertClose tolerance expected (floats rep.Final))

    (golden.Cell, reps)
    ||> Tolerance.assertEach (fun expected (rep: Rep) ->
        Tolerance.assertClose tolerance expected (floats rep.Cell))

    golden.Sequences
    |> Model.mapMany RunOptions.none Output.logLikelihoods id model
    |> Seq.map snd
    |> Tolerance.assertEach (Tolerance.assertClose tolerance) golden.LogLikelihoods

let private check = checkWithin Tolerance.engine Tolerance.engine

[<Tests>]
let tests =
    testList
        "TorchGoldenTests"
        [
            testTheory
                "Torch gives the golden values of weights by formula"
                [ 5, 2; 33, 1; 1900, 1 ]
            <| fun (units, layers) ->
                use model = TorchTestModels.ofWeights (Waves.weights units layers)
                check model (Golden.read goldenFolder $"waves-{units}x{layers}")

            testTheory
                "Torch gives the golden values of the embedded models"
                [ "open-256"; "open-672" ]
            <| fun name ->
                use model = TorchTestModels.load name
                check model (Golden.read goldenFolder name)

            testCase "Torch gives the golden values of our large model"
            <| fun () ->
                use model =
                    TorchTestModels.load (TestFiles.repositoryPath "weights/open-1920.safetensors")

                check model (Golden.read goldenFolder "open-1920")

            testTheory
                "Torch gives the golden values of the published models"
                [ "paper-64"; "paper-256" ]
            <| fun name ->
                let golden = Golden.read (TestFiles.sharedPath "golden") name
                use model = TorchTestModels.load (TestFiles.sharedPath $"weights/{name}")
                check model golden

            testCase "Torch gives the golden values of the published model of 1900 units"
            <| fun () ->
                let golden = Golden.read (TestFiles.sharedPath "golden") "paper-1900"
                use model = TorchTestModels.load (TestFiles.sharedPath "weights/paper-1900")
                checkWithin Tolerance.averageOf1900 Tolerance.of1900 model golden
        ]
