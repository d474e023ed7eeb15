module UniRep.Design.Tests.CampaignTests

open System
open UniRep
open UniRep.Design
open UniRep.IO
open UniRep.Testing
open UniRep.Training
open Expecto

/// 200 candidates of three features; what is true of them is a line through the features, the zero-shot score a worse one.
let private features, zeroShot, truth =
    let random = SplitMix 5UL

    let rows =
        Array.init 200 (fun _ -> Array.init 3 (fun _ -> float32 (random.Normal())))

    let source: FeatureSource =
        {
            Kind = FeatureKind.Vector Pool.Average
            Width = 3
            Fingerprint = Some "abc"
            Model = Some "toy"
            Density = None
        }

    FeatureTable.ofRows source rows,
    rows |> Array.map (fun row -> float row[0]),
    rows |> Array.map (fun row -> float row[0] + 2.0 * float row[1])

let private candidates =
    {
        Features = features
        ZeroShot = zeroShot
    }

let private options =
    { Campaign.usual with
        First = FirstRound.ZeroShot
        Strategy = Strategy.Ucb
        TopModel = TopModelOptions.usual TopModelMethod.Ridge
        Components = 0
        NormalScores = false
        WarmStart = true
        Seed = 4UL
    }

let private indices (picks: Pick[]) = picks |> Array.map _.Index

let private rank (values: float[]) count =
    values
    |> Array.indexed
    |> Array.sortByDescending snd
    |> Array.truncate count
    |> Array.map fst

let private measured = [| 0..19 |] |> Array.map (fun index -> index, truth[index])

let private next strategy =
    Campaign.next
        { options with
            Strategy = strategy
            WarmStart = false
        }
        2
        8
        (set [ 0..19 ])
        measured
        candidates
    |> Result.orRaise

[<Tests>]
let tests =
    testList
        "Campaign"
        [
            testCase "the first plate by zero-shot score has the highest, the best first"
            <| fun () ->
                Assert.equal (rank zeroShot 16) (indices (Campaign.first options 16 candidates))

            testCase "the seed decides which of equal candidates come first"
            <| fun () ->
                // Five are better than the others, which are equal.
                let level =
                    { candidates with
                        ZeroShot = Array.init 200 (fun index -> if index < 5 then 1.0 else 0.0)
                    }

                let picks seed =
                    indices (Campaign.first { options with Seed = seed } 16 level)

                Assert.equal (picks 1UL) (picks 1UL)
                Assert.notEqual (Array.skip 5 (picks 1UL)) (Array.skip 5 (picks 2UL))

                for seed in 0UL .. 9UL do
                    Assert.equal (set [ 0..4 ]) (set (Array.truncate 5 (picks seed)))

                // Nothing is preferred by its place in the library: the mean place of the eleven others lies in the middle.
                [ 0UL .. 99UL ]
                |> Seq.collect (picks >> Seq.skip 5)
                |> Seq.averageBy float
                |> Assert.isBetween 97.0 107.0

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

            testCase "a first round by chance has different candidates, others with another seed"
            <| fun () ->
                let picks seed =
                    indices (
                        Campaign.first
                            { options with
                                First = FirstRound.Random
                                Seed = seed
                            }
                            16
                            candidates
                    )

                Assert.equal (picks 1UL) (picks 1UL)
                Assert.notEqual (picks 1UL) (picks 2UL)
                Assert.equal 16 (Array.distinct (picks 1UL)).Length

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

            testCase "the diverse first plate stands for groups: one pick in each of three clouds"
            <| fun () ->
                let random = SplitMix 1UL

                let cloud (x: float32) y =
                    Array.init 20 (fun _ ->
                        [|
                            x + 0.1f * float32 (random.Normal())
                            y + 0.1f * float32 (random.Normal())
                        |])

                let rows = Array.concat [ cloud 0.0f 0.0f; cloud 9.0f 0.0f; cloud 0.0f 9.0f ]

                let clouds =
                    {
                        Features = FeatureTable.ofRows { features.Source with Width = 2 } rows
                        ZeroShot = Array.zeroCreate 60
                    }

                for seed in 0UL .. 9UL do
                    let picks =
                        Campaign.first
                            { options with
                                First = FirstRound.Diverse
                                Seed = seed
                            }
                            3
                            clouds

                    Assert.equal [ 0; 1; 2 ] [ for pick in picks -> pick.Index / 20 ]

            testCase "greedy picks the highest means, and a line is learnt from 20 points"
            <| fun () ->
                let left =
                    truth |> Array.mapi (fun index value -> if index < 20 then -infinity else value)

                Assert.equal (set (rank left 8)) (set (indices (next Strategy.Greedy)))

            testCase "UCB picks by mean + 2 sigma"
            <| fun () ->
                for pick in next Strategy.Ucb do
                    let prediction = pick.Prediction.Value
                    Assert.equal (prediction.Mean + 2.0 * prediction.Deviation) pick.Value

            testCase "Thompson draws anew with each seed and round, and repeats with the same"
            <| fun () ->
                let noisy =
                    let random = SplitMix 8UL

                    measured
                    |> Array.map (fun (index, value) -> index, value + 4.0 * random.Normal())

                let picks seed round =
                    Campaign.next
                        { options with
                            Strategy = Strategy.Thompson
                            Seed = seed
                        }
                        round
                        8
                        (set [ 0..19 ])
                        noisy
                        (Campaign.prepare options candidates)
                    |> Result.orRaise
                    |> indices

                Assert.equal (picks 1UL 2) (picks 1UL 2)
                Assert.notEqual (picks 1UL 2) (picks 2UL 2)
                Assert.notEqual (picks 1UL 2) (picks 1UL 3)

            testCase "no strategy picks a candidate twice or one that was chosen before"
            <| fun () ->
                for strategy in Campaign.strategies do
                    let picks = indices (next strategy)
                    Assert.equal 8 (Array.distinct picks).Length
                    Assert.isTrue (picks |> Array.forall (fun index -> index >= 20))

            testCase "the constant liar's first pick is that of UCB, the others know of it"
            <| fun () ->
                let liar, ucb = next Strategy.ConstantLiar, next Strategy.Ucb
                Assert.equal ucb[0] liar[0]
                Assert.notEqual ucb[1].Value liar[1].Value

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

            testCase "a plate larger than what is left is a wrong call"
            <| fun () ->
                Assert.throws<ArgumentException>(fun () ->
                    Campaign.first options 201 candidates |> ignore)
                |> ignore

            testCase "a replay picks every round from what is left, and counts the best tenth"
            <| fun () ->
                let replay = Simulation.replay options 6 16 truth candidates |> Result.orRaise

                let all = Array.concat replay.Rounds
                let top = set (rank truth 20)
                Assert.equal 96 (Array.distinct all).Length
                Assert.equal (rank zeroShot 16) replay.Rounds[0]

                Assert.equal
                    (float (all |> Array.filter top.Contains |> Array.length) / 96.0)
                    replay.TopShare
                // 20 of 200 are the best; a line is learnt after the first round.
                Assert.equal (20.0 / 96.0) replay.TopShare
                Assert.equal (Array.max truth) replay.Best

                Assert.equal
                    replay
                    (Simulation.replay options 6 16 truth candidates |> Result.orRaise)
        ]
