/// How the top model of a campaign, and what it is given, serve the choice.
module UniRep.Design.Tests.CampaignTopModelTests

open System
open UniRep
open UniRep.Design
open UniRep.Testing
open UniRep.Training
open Expecto
open CampaignExamples

[<Tests>]
let tests =
    testList
        "CampaignTopModel"
        [
            testTheory
                "each top model learns a line from 20 points, takes a warm start, and serves each strategy"
                Campaign.topModels
            <| fun method ->
                let picks strategy warm seed =
                    let options =
                        { options with
                            TopModel = TopModelOptions.usual method
                            Strategy = strategy
                            WarmStart = warm
                            Seed = seed
                        }

                    Campaign.prepare options candidates
                    |> Campaign.next options 2 2 (set [ 0..19 ]) measured
                    |> Result.orRaise

                for strategy in Campaign.strategies do
                    for warm in [ true; false ] do
                        let found = picks strategy warm 4UL
                        Assert.equal found (picks strategy warm 4UL)

                        Assert.isTrue (
                            found |> Array.forall (fun pick -> Double.IsFinite pick.Value)
                        )

                // The mean of all is near 0, the standard deviation near 2.2.
                picks Strategy.Greedy true 4UL
                |> Array.averageBy (fun pick -> truth[pick.Index])
                |> Assert.isBetween 2.0 infinity

            testCase "components vary equally and independently, whatever the scale of the features"
            <| fun () ->
                // The third feature is the sum of the others, so that there are two components.
                let table =
                    FeatureTable.ofRows
                        features.Source
                        (Array.init 200 (fun index ->
                            let row = features.Row index
                            [| 1000.0f * row[0]; row[1]; 1000.0f * row[0] + row[1] |]))

                let rows =
                    let prepared =
                        Campaign.prepare
                            { options with
                                Components = 3
                                WarmStart = false
                            }
                            { candidates with Features = table }

                    Assert.equal 200 prepared.Features.Count
                    Array.init 200 (prepared.Features.Row >> Array.map float)

                let product (a: float[] -> float) b =
                    rows |> Array.averageBy (fun row -> a row * b row)

                Assert.equal 2 rows[0].Length
                Assert.isWithin 1e-5 1.0 (product (Array.item 0) (Array.item 0))
                Assert.isWithin 1e-5 1.0 (product (Array.item 1) (Array.item 1))
                Assert.isWithin 1e-5 0.0 (product (Array.item 0) (Array.item 1))
                Assert.isWithin 1e-5 0.0 (product (Array.item 0) (fun _ -> 1.0))

            testCase
                "ranks as normal scores keep order, mean and standard deviation, and tame an outlier"
            <| fun () ->
                let values = [| 3.0; 1.0; 2.0; 2.0; 1000.0 |]
                let scores = NormalScores.ofValues values
                // scipy.stats.norm.ppf([0.7, 0.1, 0.4, 0.4, 0.9]), ranks 4, 1, 2.5, 2.5, 5 less a half by five.
                let expected =
                    [| 0.5244005127; -1.2815515655; -0.2533471031; -0.2533471031; 1.2815515655 |]

                let moments (values: float[]) =
                    let mean = Array.average values
                    mean, sqrt (values |> Array.averageBy (fun value -> (value - mean) ** 2.0))

                let mean, deviation = moments values
                let middle, own = moments expected

                Array.iter2
                    (fun score quantile ->
                        Assert.isWithin 1e-6 (mean + deviation / own * (quantile - middle)) score)
                    scores
                    expected

                let foundMean, foundDeviation = moments scores
                Assert.isWithin 1e-9 mean foundMean
                Assert.isWithin 1e-9 deviation foundDeviation
                Assert.equal [| 1.5; 1.5 |] (NormalScores.ofValues [| 1.5; 1.5 |])

            testCase "an extreme measurement does not rule a fit to ranks"
            <| fun () ->
                // One measurement of a poor candidate went wrong.
                let poor = [| 0..19 |] |> Array.minBy (fun index -> truth[index])

                let wrong =
                    measured
                    |> Array.map (fun (index, value) ->
                        index, (if index = poor then 500.0 else value))

                let mean ranked =
                    Campaign.next
                        { options with
                            Strategy = Strategy.Greedy
                            WarmStart = false
                            NormalScores = ranked
                        }
                        2
                        8
                        (set [ 0..19 ])
                        wrong
                        candidates
                    |> Result.orRaise
                    |> Array.averageBy (fun pick -> truth[pick.Index])

                Assert.isBetween (mean false + 1.0) infinity (mean true)

            testCase "the seed decides the random halves of the low-N ensemble"
            <| fun () ->
                let predictions seed =
                    Campaign.next
                        { options with
                            TopModel = TopModelOptions.usual TopModelMethod.LowN
                            Strategy = Strategy.Greedy
                            WarmStart = false
                            Seed = seed
                        }
                        2
                        8
                        (set [ 0..19 ])
                        measured
                        candidates
                    |> Result.orRaise
                    |> Array.map _.Value

                Assert.equal (predictions 1UL) (predictions 1UL)
                Assert.notEqual (predictions 1UL) (predictions 2UL)

            testCase
                "a warm start knows what the zero-shot scores say, so that a few poor measurements mislead it less"
            <| fun () ->
                // The zero-shot score is the truth here.
                let informed = { candidates with ZeroShot = truth }
                let random = SplitMix 8UL

                let few =
                    [| 0..5 |]
                    |> Array.map (fun index -> index, truth[index] + 2.0 * random.Normal())

                let mean warm =
                    let options =
                        { options with
                            WarmStart = warm
                            Strategy = Strategy.Greedy
                        }

                    Campaign.prepare options informed
                    |> Campaign.next options 2 16 (set [ 0..5 ]) few
                    |> Result.orRaise
                    |> Array.averageBy (fun pick -> truth[pick.Index])

                Assert.isBetween (mean false + 0.1) infinity (mean true)

            testCase
                "a warm start keeps what components lose, whatever the scale of the zero-shot scores"
            <| fun () ->
                // The zero-shot score orders the candidates as the truth does; the features are worthless.
                let random = SplitMix 9UL

                let informed =
                    {
                        Features =
                            FeatureTable.ofRows
                                features.Source
                                (Array.init 200 (fun _ ->
                                    Array.init 3 (fun _ -> float32 (random.Normal()))))
                        ZeroShot = truth |> Array.map (fun value -> exp (3.0 * value))
                    }

                for method in Campaign.topModels do
                    let options =
                        { options with
                            TopModel = TopModelOptions.usual method
                            Strategy = Strategy.Greedy
                            Components = 2
                            NormalScores = true
                        }

                    Campaign.prepare options informed
                    |> Campaign.next options 2 8 (set [ 0..19 ]) measured
                    |> Result.orRaise
                    |> Array.averageBy (fun pick -> truth[pick.Index])
                    |> Assert.isBetween 3.0 infinity

            testCase "equal measurements teach nothing, and say so"
            <| fun () ->
                let equal = [| 0..9 |] |> Array.map (fun index -> index, 1.5)

                match Campaign.next options 2 8 (set [ 0..9 ]) equal candidates with
                | Error(TopModelError.AllEqual value) -> Assert.equal 1.5 value
                | other -> failtest $"%A{other}"
        ]
