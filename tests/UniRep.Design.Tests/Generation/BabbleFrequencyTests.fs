module UniRep.Design.Tests.BabbleFrequencyTests

open UniRep
open UniRep.Design
open UniRep.Design.Tests.BabbleExamples
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "BabbleFrequency"
        [
            testCase "first steps are as frequent as the model's probabilities, without a start"
            <| fun () ->
                // Of the logits after the start token, which those before any residue are.
                let logits = (Model.logits model.Value (sequence "M"))[0, *]
                let expected = probabilities logits 1.0 BabbleOptions.defaults.Letters

                let found =
                    sample
                        { BabbleOptions.defaults with
                            Count = 20_000
                            MaxLength = 1
                        }

                // 19 degrees of freedom: 43.8 is exceeded once in 1,000 seeds.
                Assert.isTrue (
                    chiSquare 20_000 expected (found |> List.map _.Sequence.Letters[0]) < 43.8
                )

            for temperature in [ 1.0; 0.7; 1.5 ] do
                testCase
                    $"first steps after a start are as frequent as probabilities at temperature {temperature}"
                <| fun () ->
                    let expected =
                        probabilities
                            afterStart.Value
                            temperature
                            (BabbleOptions.defaults.Letters + "*")

                    let found =
                        sample
                            { manyAfterStart with
                                Temperature = temperature
                            }
                        |> List.map (firstAfter start)

                    // 20 degrees of freedom.
                    Assert.isTrue (chiSquare 20_000 expected found < 45.3)

            testCase "top-k draws from the most probable tokens only, as often as they are probable"
            <| fun () ->
                let best =
                    probabilities afterStart.Value 1.0 (BabbleOptions.defaults.Letters + "*")
                    |> List.sortByDescending snd
                    |> List.truncate 4

                let total = List.sumBy snd best
                let expected = best |> List.map (fun (letter, p) -> letter, p / total)

                let found =
                    sample { manyAfterStart with TopK = Some 4 } |> List.map (firstAfter start)

                Assert.equal (Set.ofList (List.map fst best)) (Set.ofList found)
                // 3 degrees of freedom.
                Assert.isTrue (chiSquare 20_000 expected found < 16.3)

            testCase "top-p draws from the fewest tokens that have the probability together"
            <| fun () ->
                let sorted =
                    probabilities afterStart.Value 1.0 (BabbleOptions.defaults.Letters + "*")
                    |> List.sortByDescending snd

                let sums = sorted |> List.map snd |> List.scan (+) 0.0

                let wanted =
                    List.zip sorted (List.take sorted.Length sums)
                    |> List.filter (fun (_, before) -> before < 0.5)
                    |> List.map (fst >> fst)

                let found =
                    sample { manyAfterStart with TopP = Some 0.5 } |> List.map (firstAfter start)

                Assert.isTrue (wanted.Length > 1)
                Assert.equal (Set.ofList wanted) (Set.ofList found)

            for name, options in
                [
                    "temperature 0", { few with Temperature = 0.0 }
                    "a temperature close to 0", { few with Temperature = 1e-6 }
                    "top-k 1", { few with TopK = Some 1 }
                    "a tiny top-p", { few with TopP = Some 1e-9 }
                ] do
                testCase $"{name} takes the most probable token always"
                <| fun () ->
                    let next (residues: string) =
                        let logits =
                            match residues with
                            | "" -> (Model.logits model.Value (sequence "M"))[0, *]
                            | residues ->
                                (Model.logits model.Value (sequence residues))[residues.Length, *]

                        let drawn =
                            BabbleOptions.defaults.Letters + (if residues = "" then "" else "*")

                        probabilities logits 1.0 drawn |> List.maxBy snd |> fst

                    let rec grow (residues: string) =
                        if residues.Length = 12 then
                            residues
                        else
                            match next residues with
                            | '*' -> residues
                            | letter -> grow (residues + string letter)

                    let expected = grow ""

                    let found =
                        sample
                            { options with
                                Count = 3
                                MaxLength = 12
                            }

                    Assert.equal (List.replicate 3 expected) (letters found)
        ]
