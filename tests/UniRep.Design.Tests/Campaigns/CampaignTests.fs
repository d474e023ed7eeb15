/// How plates are chosen, round after round.
module UniRep.Design.Tests.CampaignTests

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
