module UniRep.Design.Tests.ScorerTests

open UniRep
open UniRep.Design
open Expecto
open UniRep.Testing

let private sequence text =
    Sequence.parse text |> Result.defaultWith (fun error -> failtest error.Message)

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
        ]
