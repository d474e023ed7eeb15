module UniRep.Tests.SplitMixTests

open UniRep
open UniRep.Training
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "SplitMixTests"
        [
            testCase "the generator gives its published numbers"
            <| fun () ->
                let random = SplitMix 1234567UL

                let expected =
                    [
                        6457827717110365317UL
                        3203168211198807973UL
                        9817491932198370423UL
                        4593380528125082431UL
                        16408922859458223821UL
                    ]

                Assert.equal expected (List.init 5 (fun _ -> random.Next()))

            testCase "integers below a bound are about equally likely"
            <| fun () ->
                let random = SplitMix 1UL
                let counts = Array.init 70_000 (fun _ -> random.Below 7) |> Array.countBy id
                Assert.equal 7 counts.Length

                for _, count in counts do
                    Assert.isBetween 9_600 10_400 count

            testCase "normal numbers have mean 0 and deviation 1"
            <| fun () ->
                let random = SplitMix 2UL
                let values = Array.init 100_000 (fun _ -> random.Normal())
                Assert.isBetween (-0.02) 0.02 (Array.average values)
                Assert.isBetween 0.97 1.03 (values |> Array.averageBy (fun x -> x * x))

            testCase "a shuffle keeps every item, and depends on the seed alone"
            <| fun () ->
                let shuffled seed =
                    let items = [| 0..99 |]
                    SplitMix(seed).Shuffle items
                    items

                Assert.equal (shuffled 3UL) (shuffled 3UL)
                Assert.notEqual (shuffled 3UL) (shuffled 4UL)
                Assert.equal [| 0..99 |] (Array.sort (shuffled 3UL))

            testCase "streams of one seed differ"
            <| fun () ->
                let seeds = List.init 1000 (Seed.derive 42UL)
                Assert.equal 1000 ((List.distinct seeds).Length)
        ]
