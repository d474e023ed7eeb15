namespace UniRep.Design

open System
open UniRep

type Scorer =
    {
        Name: string
        Score: RunOptions -> Sequence[] -> float[]
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Scorer =
    let languageModelIn direction model =
        {
            Name = "lm"
            Score =
                fun options sequences ->
                    Likelihood.many direction options model sequences
                    |> Seq.map _.LogLikelihood
                    |> Seq.toArray
        }

    let languageModel (model: Model) = languageModelIn model.Direction model

    let effects options wildType scorer mutants =
        let scores = scorer.Score options (Array.append [| wildType |] mutants)
        scores |> Array.tail |> Array.map (fun score -> score - scores[0])

    let ranks (scores: float[]) =
        let count = scores |> Array.filter (Double.IsNaN >> not) |> Array.length
        let ranks = Array.create scores.Length nan

        let order =
            Array.init scores.Length id
            |> Array.filter (fun at -> not (Double.IsNaN scores[at]))
            |> Array.sortBy (fun at -> scores[at])

        let mutable first = 0

        while first < order.Length do
            let mutable after = first + 1

            while after < order.Length && scores[order[after]] = scores[order[first]] do
                after <- after + 1

            // Ranks first + 1 to after are shared.
            for at in order[first .. after - 1] do
                ranks[at] <- float (first + 1 + after) / 2.0 / float count

            first <- after

        ranks

    let averageRank (scores: float[] list) =
        match scores with
        | [] -> raise (ArgumentException("there are no scores", nameof scores))
        | first :: rest when rest |> List.exists (fun other -> other.Length <> first.Length) ->
            raise (ArgumentException("not all lists have as many scores", nameof scores))
        | several ->
            let ranked = several |> List.map ranks
            Array.init several.Head.Length (fun at -> ranked |> List.averageBy (Array.item at))

    let blend scorers =
        if List.isEmpty scorers then
            raise (ArgumentException("there are no scorers", nameof scorers))

        {
            Name = scorers |> List.map _.Name |> String.concat "+"
            Score =
                fun options sequences ->
                    scorers
                    |> List.map (fun scorer -> scorer.Score options sequences)
                    |> averageRank
        }
