module UniRep.Design.Tests.TopModelScorerTests

open UniRep
open UniRep.IO
open UniRep.Design
open UniRep.Testing
open Expecto

let private wildType = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEK"

let private mutants =
    [|
        for index in 1..5..50 do
            Toy.sequence (wildType[.. index - 1] + "W" + wildType[index + 1 ..])
    |]

let private values =
    mutants |> Array.mapi (fun index _ -> float (index * index % 7))

let private cache model =
    PrefixCache.make 100_000_000L 10 wildType.Length model

let private fit features =
    TopModel.fit (TopModelOptions.usual TopModelMethod.Ridge) "activity" features values
    |> Result.orRaise

let private scoresOf top model =
    let scorer = TopModelScorer.make top model (cache model) |> Result.orRaise
    scorer.Score RunOptions.none mutants

[<Tests>]
let tests =
    testList
        "TopModelScorer"
        [
            testCase
                "scores are the means that the top model predicts, with the likelihood or without"
            <| fun () ->
                let model = UniRep.model ()
                let vectors = FeatureTable.represent RunOptions.none Pool.Average model mutants
                let likelihoods = (Scorer.languageModel model).Score RunOptions.none mutants

                for features in [ vectors; FeatureTable.withLikelihood model likelihoods vectors ] do
                    let top = fit features
                    let expected = TopModel.means top features |> Result.orRaise
                    Assert.equal expected (scoresOf top model)

            testCase "one-hot features with the likelihood need no vectors"
            <| fun () ->
                let model = UniRep.model ()
                let likelihoods = (Scorer.languageModel model).Score RunOptions.none mutants

                let features =
                    FeatureTable.oneHot mutants |> FeatureTable.withLikelihood model likelihoods

                let top = fit features
                let expected = TopModel.means top features |> Result.orRaise
                Assert.equal expected (scoresOf top model)

            testCase "vectors and likelihoods of other weights are refused"
            <| fun () ->
                let model = UniRep.model ()
                let other = Model.load Cpu.automatic "open-256" |> Result.orRaise
                let vectors = FeatureTable.represent RunOptions.none Pool.Average model mutants
                let likelihoods = (Scorer.languageModel model).Score RunOptions.none mutants

                let oneHot =
                    FeatureTable.oneHot mutants |> FeatureTable.withLikelihood model likelihoods

                for features in [ vectors; oneHot ] do
                    let top = fit features
                    Expect.isError (TopModelScorer.make top other (cache other)) "other weights"
        ]
