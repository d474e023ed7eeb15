module UniRep.Tests.GradientTests

open System.Threading
open UniRep
open UniRep.Tests.GoldenGradients
open UniRep.Definition
open UniRep.Compute
open Expecto
open UniRep.Testing

let private tokens (sequences: Sequence list) =
    sequences |> List.map _.Tokens |> Array.ofList

/// Compares arrays, each relative to the largest number of the golden one.
let private assertClose tolerance golden found =
    Tolerance.assertEachNamed (Tolerance.assertCloseToLargest tolerance) (parameters golden) found

/// All numbers of arrays, which must have the same names on both sides.
let private allNumbers golden found =
    Tolerance.assertEachNamed (fun e a -> Assert.equal e.Length a.Length) golden found

    let concat arrays =
        arrays |> Map.toArray |> Array.collect snd

    concat golden, concat found

let private arraysOf (arrays: MlstmArrays) =
    Weights.toTensors (Weights.ofArrays (weights "waves-5x2").Card arrays)
    |> List.map (fun (name, tensor) -> name, Array.map float tensor.Values)
    |> Map.ofList

let private trainer weights =
    MlstmTrainer.Create(Weights.withHead weights)

[<Tests>]
let tests =
    testList
        "GradientTests"
        [
            testTheory
                "the definition gives the gradients of another program"
                [
                    "waves-5x2", "token"
                    "waves-5x2", "sequence"
                    "waves-33x1", "token"
                    "waves-33x1", "sequence"
                    "paper-64", "token"
                    "paper-64", "sequence"
                ]
            <| fun (name: string, kind: string) ->
                let golden = npz $"{name}.{kind}.grad.npz"

                let loss, gradient =
                    Gradient.compute
                        (meanOf kind)
                        (Gradient.ofWeights (weights name))
                        (sequences name)

                Tolerance.assertNear Tolerance.definition golden["loss"].[0] loss
                assertClose Tolerance.definition golden gradient

            testTheory "the engine gives the gradients of another program" ofGradients
            <| fun (name: string, kind: string) ->
                use trainer = trainer (weights name)
                checkGradient (name, kind) trainer trainer.Gradients

            testTheory
                "the definition of Adam makes the steps of another program"
                [ "waves-5x2"; "waves-33x1"; "paper-64" ]
            <| fun (name: string) ->
                let golden = npz $"{name}.adam.npz"
                let sequences = sequences name
                let start = Gradient.ofWeights (weights name)

                let losses, (parameters, _) =
                    [ 1..3 ]
                    |> List.mapFold
                        (fun (parameters, state) _ ->
                            let loss, gradient =
                                Gradient.compute
                                    LossMean.PerToken
                                    { start with Arrays = parameters }
                                    sequences

                            loss, Adam.step (AdamStep(Rate = 0.001)) gradient state parameters)
                        (start.Arrays, Adam.start start.Arrays)

                Tolerance.assertWithin
                    Tolerance.definition
                    (Array.take 3 golden["losses"])
                    (Array.ofList losses)

                assertClose Tolerance.definition golden parameters

            testTheory "the engine makes the steps of another program" ofSteps
            <| fun (name: string) ->
                use trainer = trainer (weights name)
                checkSteps name trainer

            testCase "the gradient is the slope of the loss"
            <| fun () ->
                let start = Gradient.ofWeights (Waves.weights 5 2)
                let sequences = [ Golden.parse "MKTAYIAKQR"; Golden.parse "WV" ]
                let _, gradient = Gradient.compute LossMean.PerToken start sequences
                let width = 1e-5

                for KeyValue(name, values) in start.Arrays do
                    for at in 0 .. max 1 (values.Length / 7) .. values.Length - 1 do
                        let lossAt offset =
                            let moved = Array.copy values
                            moved[at] <- moved[at] + offset

                            Gradient.compute
                                LossMean.PerToken
                                { start with
                                    Arrays = start.Arrays.Add(name, moved)
                                }
                                sequences
                            |> fst

                        let slope = (lossAt width - lossAt -width) / (2.0 * width)
                        Tolerance.assertNear 1e-7 slope gradient[name].[at]

            testCase "a gradient is limited to a norm only if it is larger"
            <| fun () ->
                let gradient = Map.ofList [ "a", [| 3.0 |]; "b", [| 0.0; 4.0 |] ]
                Assert.equal (5.0, gradient) (Adam.limit 5.0 gradient)

                Assert.equal
                    (5.0, Map.ofList [ "a", [| 1.5 |]; "b", [| 0.0; 2.0 |] ])
                    (Adam.limit 2.5 gradient)

            testTheory
                "the engine and the definition agree on weight decay and a limited norm"
                [ false; true ]
            <| fun decaysAll ->
                let weights = Waves.weights 33 1
                let sequences = [ Golden.parse "MKTAYIAKQRQISFVKSHFSRQ"; Golden.parse "GSHMASMTGG" ]

                let step =
                    AdamStep(
                        Rate = 0.01,
                        WeightDecay = 0.1,
                        DecaysAll = decaysAll,
                        MaximalNorm = 0.05
                    )

                let start = Gradient.ofWeights weights
                let _, gradient = Gradient.compute LossMean.PerToken start sequences
                let norm, limited = Adam.limit step.MaximalNorm gradient
                let expected, _ = Adam.step step limited (Adam.start start.Arrays) start.Arrays
                use trainer = trainer weights

                trainer.Gradient(tokens sequences, LossMean.PerToken, 0, CancellationToken.None)
                |> ignore

                Tolerance.assertNear (1e-5 * norm) norm (trainer.Update step)

                (expected, arraysOf (trainer.Parameters()))
                ||> allNumbers
                ||> Tolerance.assertMostlyWithin 0.99 1e-4
        ]
