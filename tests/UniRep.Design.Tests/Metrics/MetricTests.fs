module UniRep.Design.Tests.MetricTests

open System
open UniRep.Design
open Expecto
open UniRep.Testing

let private golden = lazy GoldenNumbers.read "metrics.txt"

let private rounded (value: float) =
    Math.Round(value, 1, MidpointRounding.ToEven)

let private measured = Array.init 50 (fun i -> rounded (sin (float i * 1.7) * 3.0))

let private predicted =
    Array.init 50 (fun i -> rounded (sin (float i * 1.7 + 0.3) * 2.0 + cos (float i * 5.0)))

let private agrees name metric measured predicted =
    testCase $"{name} is that of scikit-learn, SciPy or ProteinGym"
    <| fun () ->
        match metric.Of measured predicted with
        | Ok value -> Assert.isWithin 1e-9 (golden.Value[name]).[0] value
        | Error error -> failtest error.Message

let private fails expected metric measured predicted =
    Assert.equal (Error expected) (metric.Of measured predicted)

[<Tests>]
let tests =
    testList
        "Metric"
        [
            agrees "spearman" Metric.spearman measured predicted
            agrees "pearson" Metric.pearson measured predicted
            agrees "r2" Metric.r2 measured predicted
            agrees "rmse" Metric.rmse measured predicted
            agrees "auc" (Metric.auc 0.55) measured predicted
            agrees "mcc" (Metric.mcc 0.55) measured predicted
            agrees "proteingym-ndcg" Metric.proteinGymNdcg measured predicted
            agrees "top-recall" Metric.topRecall measured predicted

            let positive = measured |> Array.map (fun m -> m - Array.min measured)
            agrees "sklearn-ndcg" (Metric.sklearnNdcg None) positive predicted
            agrees "sklearn-ndcg.10" (Metric.sklearnNdcg (Some 10)) positive predicted

            testCase "equal values share the mean of their ranks"
            <| fun () ->
                Assert.equal [| 1.5; 4.0; 1.5; 3.0 |] (Metric.ranks [| 2.0; 9.0; 2.0; 5.0 |])

            testCase "constants have no correlation"
            <| fun () ->
                let constant = MetricError.Constant("spearman", "predictions")
                fails constant Metric.spearman [| 1.0; 2.0 |] [| 3.0; 3.0 |]
                let constant = MetricError.Constant("r2", "measurements")
                fails constant Metric.r2 [| 1.0; 1.0 |] [| 3.0; 2.0 |]

            testCase "too few rows, one class and numbers that are not finite are named"
            <| fun () ->
                fails (MetricError.TooFew("spearman", 0, 2)) Metric.spearman [||] [||]
                fails (MetricError.OneClass "auc") (Metric.auc 0.0) [| 1.0; 2.0 |] [| 1.0; 2.0 |]

                fails
                    (MetricError.NotFinite("pearson", "predictions", 1))
                    Metric.pearson
                    [| 1.0; 2.0 |]
                    [| 1.0; nan |]

                fails
                    (MetricError.Negative("sklearn-ndcg", 0))
                    (Metric.sklearnNdcg None)
                    [| -1.0; 2.0 |]
                    [| 1.0; 2.0 |]

            testCase "as many predictions as measurements are needed"
            <| fun () ->
                Assert.throws<ArgumentException>(fun () ->
                    Metric.pearson.Of [| 1.0; 2.0 |] [| 1.0 |] |> ignore)
                |> _.Message
                |> Assert.contains "2 measurements, 1 predictions"

            testCase "a bootstrap interval is around the value, and the same for the same seed"
            <| fun () ->
                let interval seed =
                    Metric.bootstrap 0.9 200 seed Metric.spearman measured predicted

                match interval 3UL with
                | Ok found ->
                    Assert.isBetween found.Low found.High found.Value
                    Assert.isBetween 0.05 0.4 (found.High - found.Low)
                    Assert.equal (Ok found) (interval 3UL)
                    Assert.notEqual (Ok found) (interval 4UL)
                | Error error -> failtest error.Message

            testCase "a bootstrap whose samples mostly have no value is an error"
            <| fun () ->
                let onlyOne = Array.init 1000 (fun row -> if row = 0 then 1.0 else 0.0)

                let never =
                    {
                        Name = "sometimes"
                        Of =
                            fun measured _ ->
                                if measured = onlyOne then
                                    Ok 1.0
                                else
                                    Error(MetricError.OneClass "sometimes")
                    }

                Assert.equal
                    (Error(MetricError.NoInterval("sometimes", 100, 100)))
                    (Metric.bootstrap 0.9 100 1UL never onlyOne onlyOne)
        ]
