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
                    |> Result.bind (Campaign.next options 2 2 (set [ 0..19 ]) measured)
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
                        (Campaign.prepare options candidates |> Result.orRaise)
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
                    |> Result.bind (Campaign.next options 2 16 (set [ 0..5 ]) few)
                    |> Result.orRaise
                    |> Array.averageBy (fun pick -> truth[pick.Index])

                Assert.isBetween (mean false + 0.1) infinity (mean true)

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
