module UniRep.Design.Tests.SplitTests

open UniRep.Design
open Expecto
open UniRep.Testing

let private orFail (result: Result<'a, MetricError>) =
    result |> Result.defaultWith (fun error -> failtest error.Message)

/// Single mutants at positions 3, 5, 8, 9, 12, 20, two rows each.
let private singles =
    [| 3; 20; 5; 8; 9; 12; 3; 5; 8; 9; 12; 20 |] |> Array.map Array.singleton

let private testedPositions split =
    split.Test
    |> Array.map (fun row -> singles[row][0])
    |> Array.distinct
    |> Array.sort

[<Tests>]
let tests =
    testList
        "Split"
        [
            testCase "random folds test each row once, and differ by seed"
            <| fun () ->
                let folds seed =
                    Split.folds (FoldScheme.Random(4, seed)) 10 None |> orFail

                let tested = folds 1UL |> List.map _.Test
                Assert.equal [| 0..9 |] (tested |> Array.concat |> Array.sort)
                Assert.equal [ 3; 3; 2; 2 ] (tested |> List.map Array.length)
                Assert.notEqual tested (folds 2UL |> List.map _.Test)

                for split in folds 1UL do
                    Assert.equal [| 0..9 |] (Array.append split.Train split.Test |> Array.sort)

            testCase "modulo deals the mutated positions out in turn"
            <| fun () ->
                let folds = Split.folds (FoldScheme.Modulo 3) 12 (Some singles) |> orFail

                Assert.equal
                    [ [| 3; 9 |]; [| 5; 12 |]; [| 8; 20 |] ]
                    (List.map testedPositions folds)

            testCase "contiguous cuts the mutated positions into runs"
            <| fun () ->
                let folds = Split.folds (FoldScheme.Contiguous 3) 12 (Some singles) |> orFail

                Assert.equal
                    [ [| 3; 5 |]; [| 8; 9 |]; [| 12; 20 |] ]
                    (List.map testedPositions folds)

            testCase "rows with more mutations are tested after a fit to those with fewer"
            <| fun () ->
                let positions = [| [| 1 |]; [| 1; 2 |]; [| 4 |]; [| 1; 2; 3 |] |]
                let folds = Split.folds FoldScheme.MutationCount 4 (Some positions) |> orFail

                Assert.equal
                    [
                        {
                            Name = "2 mutations"
                            Train = [| 0; 2 |]
                            Test = [| 1 |]
                        }
                        {
                            Name = "3 mutations"
                            Train = [| 0; 1; 2 |]
                            Test = [| 3 |]
                        }
                    ]
                    folds

            testCase "a round is tested after a fit to those before"
            <| fun () ->
                let folds =
                    Split.folds (FoldScheme.Rounds [| 2.0; 1.0; 1.0; 2.0 |]) 4 None |> orFail

                Assert.equal
                    [
                        {
                            Name = "round 2"
                            Train = [| 1; 2 |]
                            Test = [| 0; 3 |]
                        }
                    ]
                    folds

            testCase "rows with the same text in a column are one fold"
            <| fun () ->
                let folds = Split.folds (FoldScheme.Column [| "b"; "a"; "b" |]) 3 None |> orFail

                Assert.equal [ "a"; "b" ] (folds |> List.map _.Name)
                Assert.equal [ [| 1 |]; [| 0; 2 |] ] (folds |> List.map _.Test)

            testCase "what cannot be divided is named"
            <| fun () ->
                let folds scheme positions = Split.folds scheme 2 positions
                let doubles = Some [| [| 1 |]; [| 1; 2 |] |]

                Assert.equal
                    (Error(MetricError.NoMutations "modulo"))
                    (folds (FoldScheme.Modulo 2) None)

                Assert.equal
                    (Error(MetricError.NotSingle("contiguous", 1, 2)))
                    (folds (FoldScheme.Contiguous 2) doubles)

                Assert.equal
                    (Error(MetricError.TooFewGroups("rounds", 1, 2)))
                    (folds (FoldScheme.Rounds [| 1.0; 1.0 |]) None)

                Assert.equal
                    (Error(MetricError.TooFewGroups("random", 2, 5)))
                    (folds (FoldScheme.Random(5, 0UL)) None)

            testCase "low-N keeps one test set for all sizes, and grows the training set"
            <| fun () ->
                let split size = Split.lowN 0.2 size 7UL 50 |> orFail
                Assert.equal 10 (split 8).Test.Length
                Assert.equal (split 8).Test (split 24).Test
                Assert.equal (split 8).Train (split 24).Train[..7]

                Assert.isEmpty (
                    Set.intersect (Set.ofArray (split 24).Test) (Set.ofArray (split 24).Train)
                )

                Assert.equal
                    (Error(MetricError.EmptyFold("low-n", "of 41")))
                    (Split.lowN 0.2 41 7UL 50)
        ]
