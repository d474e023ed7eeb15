module UniRep.Design.Tests.ScorerTests

open UniRep
open UniRep.Design
open Expecto
open UniRep.Testing

let private sequence text =
    Sequence.parse text |> Result.defaultWith (fun error -> failtest error.Message)

let private constant name values =
    {
        Name = name
        Score = fun _ sequences -> Array.truncate (Array.length sequences) values
    }

[<Tests>]
let tests =
    testList
        "Scorer"
        [
            testCase "a language model scores by the log-likelihood with the final stop, in order"
            <| fun () ->
                let model = UniRep.model ()
                let sequences = [| sequence "MKTAYIAK"; sequence "MKTAYIAW"; sequence "GG" |]
                let scorer = Scorer.languageModel model

                Expect.equal
                    (scorer.Score RunOptions.none sequences)
                    (sequences |> Array.map (Model.logLikelihood true model))
                    "scores"

            testCase "the effect of a mutant is its score minus that of the wild type"
            <| fun () ->
                let scorer = constant "c" [| 2.0; 5.0; 1.5 |]
                let mutants = [| sequence "MK"; sequence "MW" |]

                Assert.equal
                    [| 3.0; -0.5 |]
                    (Scorer.effects RunOptions.none (sequence "MR") scorer mutants)

            testCase "ranks begin above 0, end at 1, and equal scores share theirs"
            <| fun () ->
                Assert.equal [| 0.625; 1.0; 0.25; 0.625 |] (Scorer.ranks [| 3.0; 7.0; -1.0; 3.0 |])

            testCase "a score that is no number has no rank"
            <| fun () -> Assert.equal [| 1.0; nan; 0.5 |] (Scorer.ranks [| 2.0; nan; 1.0 |])

            testCase "a blend averages ranks, whatever the scales"
            <| fun () ->
                let blend =
                    Scorer.blend
                        [ constant "a" [| 1.0; 2.0; 3.0 |]; constant "b" [| 900.0; -5.0; 901.0 |] ]

                Assert.equal "a+b" blend.Name

                Assert.equal
                    [| 0.5; 0.5; 1.0 |]
                    (blend.Score RunOptions.none (Array.replicate 3 (sequence "M"))
                     |> Array.map (fun value -> round (1e9 * value) / 1e9))

            testCase "a blend of nothing is refused"
            <| fun () ->
                Assert.throws<System.ArgumentException>(fun () -> Scorer.blend [] |> ignore)
                |> ignore
        ]
