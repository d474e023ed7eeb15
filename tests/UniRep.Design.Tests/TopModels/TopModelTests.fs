module UniRep.Design.Tests.TopModelTests

open System
open UniRep.Design
open Expecto
open UniRep.Testing

let private golden = lazy GoldenNumbers.read "top-models.txt"

let private orFail (result: Result<'a, TopModelError>) =
    result |> Result.defaultWith (fun error -> failtest error.Message)

let private within tolerance (expected: float[]) (actual: float[]) =
    Assert.equal expected.Length actual.Length

    for index in 0 .. expected.Length - 1 do
        Assert.isWithin (tolerance * (1.0 + abs expected[index])) expected[index] actual[index]

let private fitted method table values =
    TopModel.fit (TopModelOptions.usual method) "y" table values |> orFail

let private predicted model table = TopModel.predict model table |> orFail

let private factOf name (model: TopModel) = Map.find name (Map.ofList model.Facts)
let private shapes = [ "wide", 20, 30; "tall", 60, 8 ]

let private density first count =
    Array.init count (fun i -> cos (float (first + i)))

let private methods =
    [
        for method in TopModelOptions.methods do
            if method <> TopModelMethod.Logistic then
                method
    ]

[<Tests>]
let tests =
    testList
        "TopModel"
        [
            for name, rows, columns in shapes do
                testCase $"ridge is that of scikit-learn with exact errors left out: {name}"
                <| fun () ->
                    let table, values, fresh = GoldenNumbers.parts rows columns
                    let model = fitted TopModelMethod.Ridge table values
                    let facts = Map.ofList model.Facts
                    let numbers field = golden.Value[$"ridge.{name}.{field}"]
                    within 1e-9 (numbers "penalty") [| facts["penalty"] |]
                    within 1e-9 (numbers "left-out") [| facts["leave-one-out error"] |]
                    let predictions = predicted model fresh
                    within 1e-8 (numbers "mean") (predictions |> Array.map _.Mean)
                    within 1e-8 (numbers "deviation") (predictions |> Array.map _.Deviation)

                testCase $"each ridge of a path has the bits of a fit with its penalty: {name}"
                <| fun () ->
                    let table, values, fresh = GoldenNumbers.parts rows columns
                    let penalties = [| 0.1; 3.0; 1000.0 |]
                    let path = TopModel.ridgePath penalties "y" table values |> orFail

                    for penalty, model in Array.zip penalties path do
                        let options =
                            { TopModelOptions.usual TopModelMethod.Ridge with
                                Penalties = [| penalty |]
                            }

                        let alone = TopModel.fit options "y" table values |> orFail
                        Assert.equal (predicted alone fresh) (predicted model fresh)
                        Assert.equal (alone.Options, alone.Facts) (model.Options, model.Facts)

                testCase $"a density is not penalised: {name}"
                <| fun () ->
                    let table, values, fresh = GoldenNumbers.parts rows columns
                    let table = FeatureTable.withDensity "pssm" (density 0 rows) table
                    let fresh = FeatureTable.withDensity "pssm" (density rows 10) fresh
                    let model = fitted TopModelMethod.Ridge table values

                    let numbers field =
                        golden.Value[$"ridge.{name}.density.{field}"]

                    within 1e-9 (numbers "penalty") [| factOf "penalty" model |]
                    within 1e-7 (numbers "mean") (predicted model fresh |> Array.map _.Mean)

                testCase $"the path of the lasso is that of scikit-learn's lars_path: {name}"
                <| fun () ->
                    let table, values, _ = GoldenNumbers.parts rows columns

                    let standardization =
                        Standardization.ofTable Standardization.Scaling.Deviation table

                    let targets = Targets.ofValues standardization table values

                    let path =
                        LarsPath.follow
                            (rows - 1)
                            (Standardization.block standardization table 0
                             |> Products.transpose columns)
                            targets.Rest

                    let knots = golden.Value[$"lars.{name}.penalties"]
                    within 1e-8 knots path.Penalties

                    within
                        1e-6
                        golden.Value[$"lars.{name}.coefficients"]
                        (Array.concat path.Coefficients)

            for name, rows, columns in [ "wide", 24, 30; "tall", 60, 8 ] do
                testCase $"logistic regression is that of scikit-learn: {name}"
                <| fun () ->
                    let x, y = GoldenNumbers.table (rows + 10) columns
                    let middle = Metric.median y
                    let classes = y |> Array.map (fun value -> if value > middle then 1.0 else 0.0)
                    let table = GoldenNumbers.features x[.. rows - 1]
                    let linear = Logistic.fitLinear 2.0 table classes[.. rows - 1]

                    Linear.values linear (GoldenNumbers.features x[rows..])
                    |> Array.map LinearEnsemble.probability
                    |> within 1e-6 golden.Value[$"logistic.{name}"]

            testCase "a Gaussian process with a given kernel is that of scikit-learn"
            <| fun () ->
                let table, values, fresh = GoldenNumbers.parts 30 6

                let kernel =
                    {
                        Linear = 5.0
                        Radial = 8.0
                        LengthScale = 2.5
                        Noise = 0.1
                    }

                let fit = GaussianProcessFit.ofKernel kernel table values
                within 1e-9 golden.Value["gp.likelihood"] [| fit.LogLikelihood |]
                let predictions = fit.AsFit.Predict fresh
                within 1e-8 golden.Value["gp.mean"] (predictions |> Array.map _.Mean)
                within 1e-7 golden.Value["gp.deviation"] (predictions |> Array.map _.Deviation)

            testCase
                "the kernel's parameters reach the likelihood that scikit-learn's optimiser finds"
            <| fun () ->
                let table, values, _ = GoldenNumbers.parts 30 6
                let model = fitted TopModelMethod.GaussianProcess table values

                Assert.isBetween
                    (golden.Value["gp.best-likelihood"][0] - 0.01)
                    infinity
                    (factOf "log-likelihood" model)

            testCase "a member of low-n takes the penalty of Biswas' code, and predicts as it does"
            <| fun () ->
                let table, values, fresh = GoldenNumbers.parts 30 12
                let standardization = Standardization.ofTable Standardization.Scaling.Length table
                let penalties = (TopModelOptions.usual TopModelMethod.LowN).Penalties

                let linear, penalty, _ =
                    LowN.fitMember penalties standardization table values [| 0..11 |]

                within 1e-9 golden.Value["low-n.penalty"] [| penalty |]
                within 1e-8 golden.Value["low-n.mean"] (Linear.values linear fresh)

            testCase "low-n takes half of the features in each of 100 members"
            <| fun () ->
                let table, values, _ = GoldenNumbers.parts 30 12

                let ensemble = LowN.fit (TopModelOptions.usual TopModelMethod.LowN) table values

                Assert.equal 100 ensemble.Weights.Length

                Assert.equal
                    [| 6 |]
                    (ensemble.Weights
                     |> Array.map (Array.filter ((<>) 0.0) >> Array.length)
                     |> Array.distinct)

            for method in methods do
                testCase $"{method.Name} learns, and says how sure it is"
                <| fun () ->
                    let table, values, _ = GoldenNumbers.parts 60 8
                    let model = fitted method (FeatureTable.select [| 0..39 |] table) values[..39]
                    let fresh = FeatureTable.select [| 40..59 |] table
                    let predictions = predicted model fresh

                    match Metric.spearman.Of values[40..] (predictions |> Array.map _.Mean) with
                    | Ok correlation -> Assert.isBetween 0.8 1.0 correlation
                    | Error error -> failtest error.Message

                    Assert.isTrue (predictions |> Array.forall (fun each -> each.Deviation > 0.0))

                    Assert.equal
                        (predictions |> Array.map _.Mean)
                        (TopModel.means model fresh |> orFail)

                testCase $"{method.Name} gives the same bits again"
                <| fun () ->
                    let table, values, fresh = GoldenNumbers.parts 40 12

                    let predict () =
                        predicted (fitted method table values) fresh

                    Assert.equal (predict ()) (predict ())

            testCase "logistic regression gives probabilities of the higher of two values"
            <| fun () ->
                let table, values, fresh = GoldenNumbers.parts 60 8
                let classes = values |> Array.map (fun y -> if y > 0.0 then 5.0 else 2.0)
                let predictions = predicted (fitted TopModelMethod.Logistic table classes) fresh
                let _, all = GoldenNumbers.table 70 8

                Assert.isTrue (
                    predictions |> Array.forall (fun each -> each.Mean > 0.0 && each.Mean < 1.0)
                )

                match (Metric.auc 0.0).Of all[60..] (predictions |> Array.map _.Mean) with
                | Ok area -> Assert.isBetween 0.9 1.0 area
                | Error error -> failtest error.Message

            testCase "targets that cannot be learned are named"
            <| fun () ->
                let table, values, _ = GoldenNumbers.parts 20 5

                let error method (values: float[]) =
                    let rows = FeatureTable.select [| 0 .. values.Length - 1 |] table

                    match TopModel.fit (TopModelOptions.usual method) "y" rows values with
                    | Ok _ -> failtest "it was fitted"
                    | Error error -> error

                let ridge = error TopModelMethod.Ridge
                Assert.equal (TopModelError.TooFewRows(1, 3)) (ridge [| 1.0 |])
                Assert.equal (TopModelError.AllEqual 2.5) (ridge (Array.create 20 2.5))

                Assert.equal
                    (TopModelError.TargetNotFinite 3)
                    (ridge (Array.mapi (fun i y -> if i = 3 then nan else y) values))

                Assert.equal (TopModelError.NotTwoClasses 20) (error TopModelMethod.Logistic values)

            testCase "vectors of other weights, of another kind or without the density are refused"
            <| fun () ->
                let table, values, fresh = GoldenNumbers.parts 20 5
                let model = fitted TopModelMethod.Ridge table values

                let refused source =
                    let rows = Array.init fresh.Count fresh.Row

                    match TopModel.predict model (FeatureTable.ofRows source rows) with
                    | Ok _ -> failtest "it predicted"
                    | Error error -> error

                let other =
                    { fresh.Source with
                        Fingerprint = Some "fedcba9876543210"
                        Model = Some "other"
                    }

                let error = refused other
                Assert.equal (TopModelError.OtherWeights(fresh.Source, other)) error

                Assert.contains
                    "formula (0123456789ab), these are of other (fedcba987654)"
                    error.Message

                let final =
                    { fresh.Source with
                        Kind = FeatureKind.Vector UniRep.IO.Pool.Final
                    }

                Assert.equal (TopModelError.OtherFeatures(fresh.Source, final)) (refused final)

            testCase "a renamed model with the same weights is taken"
            <| fun () ->
                let table, values, fresh = GoldenNumbers.parts 20 5
                let model = fitted TopModelMethod.Ridge table values

                let source =
                    { fresh.Source with
                        Model = Some "a copy"
                    }

                let renamed = FeatureTable.ofRows source (Array.init fresh.Count fresh.Row)
                Assert.equal (predicted model fresh) (predicted model renamed)

            testCase "products do not depend on how rows are grouped"
            <| fun () ->
                let rows =
                    Array.init 70 (fun i -> Array.init 37 (fun k -> sin (float (i * 37 + k))))

                let all = Products.timesTransposed rows rows

                for i in [ 0; 3; 69 ] do
                    for j in [ 0; 1; 65; 69 ] do
                        Assert.equal (Products.dot rows[i] rows[j]) (all[i].[j])

                Assert.equal all (Products.gram rows)
        ]
