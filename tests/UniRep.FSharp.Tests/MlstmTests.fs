module UniRep.Tests.MlstmTests

open UniRep
open UniRep.Definition
open UniRep.IO
open UniRep.ModelFiles
open Expecto
open UniRep.Testing

let private goldenFolder = TestFiles.repositoryPath "tests/golden"

let private floats (values: float32[]) = Array.map float values

/// Compares the first sequences of a golden set with the definition.
let private check weights (golden: Golden.Golden) count =
    let network = Mlstm.network weights

    for index in 0 .. min count golden.Sequences.Length - 1 do
        let sequence = golden.Sequences[index]
        let last = Mlstm.states network sequence |> Seq.last
        Tolerance.assertClose Tolerance.definition golden.Final[index] last.H.Values
        Tolerance.assertClose Tolerance.definition golden.Cell[index] last.C.Values

        Tolerance.assertClose
            Tolerance.definition
            golden.LogLikelihoods[index]
            (Mlstm.logLikelihoods network sequence)

        let rep = Mlstm.represent network sequence
        Tolerance.assertClose Tolerance.rounding golden.Average[index] (floats rep.Average)
        Tolerance.assertClose Tolerance.rounding golden.Final[index] (floats rep.Final)
        Tolerance.assertClose Tolerance.rounding golden.Cell[index] (floats rep.Cell)

[<Tests>]
let tests =
    testList
        "MlstmTests"
        [
            testTheory
                "the definition gives the golden values of weights by formula"
                [ 5, 2; 33, 1 ]
            <| fun (units, layers) ->
                check
                    (Waves.weights units layers)
                    (Golden.read goldenFolder $"waves-{units}x{layers}")
                    100

            testCase "the definition gives the golden values of the embedded model"
            <| fun () ->
                match WeightStore.resolve "open-256" with
                | Ok loaded -> check loaded.Weights (Golden.read goldenFolder "open-256") 4
                | Error error -> failtest (error.Message)

            testTheory
                "the definition gives the golden values of the published models"
                [ "paper-64", 100; "paper-256", 3 ]
            <| fun (name, count) ->
                let golden = Golden.read (TestFiles.sharedPath "golden") name

                match WeightStore.resolve (TestFiles.sharedPath $"weights/{name}") with
                | Ok loaded -> check loaded.Weights golden count
                | Error error -> failtest (error.Message)

            testCase "a column is scaled to its gain, whatever the gain's sign"
            <| fun () ->
                let v = Matrix(2<embed>, 3<hidden>, [| 3.0; 0.0; 1.0; 4.0; 0.0; 0.0 |])
                let w = Mlstm.normalize (Vector [| 10.0; 5.0; -2.0 |]) v
                Assert.equal [| 6.0; 0.0; -2.0; 8.0; 0.0; 0.0 |] w.Values

            testCase "the epsilon of weight norm stands inside the maximum"
            <| fun () ->
                let w = Mlstm.normalize (Vector [| 1.0 |]) (Matrix(1<embed>, 1<hidden>, [| 1e-7 |]))
                Tolerance.assertNear 1e-12 0.1 w.Values[0]

            testCase "probabilities sum to one"
            <| fun () ->
                let logits = Vector<cls>(Array.init 25 (fun k -> 100.0 * sin (float k)))
                let sum = (Mlstm.logProbabilities logits).Values |> Array.sumBy exp
                Tolerance.assertNear 1e-12 1.0 sum

            testCase "a scan gives one state per token and may be left early"
            <| fun () ->
                let network = Mlstm.network (Waves.weights 5 2)
                let endless = Seq.initInfinite (fun token -> Matrix.row (token % 26) network.Embed)
                Assert.equal 7 (Mlstm.scan network endless |> Seq.truncate 7 |> Seq.length)
        ]
