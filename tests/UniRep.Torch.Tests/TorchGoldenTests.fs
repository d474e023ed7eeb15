/// The Torch backend against values that are not ours.
module UniRep.Tests.TorchGoldenTests

open System.IO
open UniRep
open Xunit

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

[<Theory>]
[<InlineData(5, 2)>]
[<InlineData(33, 1)>]
[<InlineData(1900, 1)>]
let ``Torch gives the golden values of weights by formula`` units layers =
    use model = TorchTestModels.ofWeights (Waves.weights units layers)
    check model (Golden.read goldenFolder $"waves-{units}x{layers}")

[<Theory>]
[<InlineData("open-256")>]
[<InlineData("open-672")>]
let ``Torch gives the golden values of the embedded models`` name =
    use model = TorchTestModels.load name
    check model (Golden.read goldenFolder name)

[<Fact>]
let ``Torch gives the golden values of our large model`` () =
    use model =
        TorchTestModels.load (TestFiles.repositoryPath "weights/open-1920.safetensors")

    check model (Golden.read goldenFolder "open-1920")

[<Theory>]
[<InlineData("paper-64")>]
[<InlineData("paper-256")>]
let ``Torch gives the golden values of the published models`` name =
    let golden = Golden.read (TestFiles.sharedPath "golden") name
    use model = TorchTestModels.load (TestFiles.sharedPath $"weights/{name}")
    check model golden

[<Fact>]
let ``Torch gives the golden values of the published model of 1900 units`` () =
    let golden = Golden.read (TestFiles.sharedPath "golden") "paper-1900"
    use model = TorchTestModels.load (TestFiles.sharedPath "weights/paper-1900")
    checkWithin Tolerance.averageOf1900 Tolerance.of1900 model golden
