namespace UniRep.Design

open System
open System.Collections.Generic
open UniRep
open UniRep.Training

type Population = { Chains: Chain[] }

[<RequireQualifiedAccess>]
module Evolution =
    let private sequenceOf (letters: char[]) =
        Sequence.parse (String letters) |> Result.orRaise

    /// Scores sequences: each once, and in the order of their letters, so that those with a common beginning are together
    /// and the engine computes it once. This is the one place where chains call the scorer.
    let private scoreAll run (scorer: Scorer) (sequences: Sequence[]) =
        let distinct =
            sequences
            |> Array.distinctBy _.Letters
            |> Array.sortWith (fun a b -> String.CompareOrdinal(a.Letters, b.Letters))

        let scores = Dictionary<string, float>(distinct.Length)

        if distinct.Length > 0 then
            Array.zip distinct (scorer.Score run distinct)
            |> Array.iter (fun (sequence, score) -> scores[sequence.Letters] <- score)

        sequences |> Array.map (fun sequence -> scores[sequence.Letters])

    let start run (scorer: Scorer) (plan: EvolutionPlan) =
        let wildType = plan.WildType
        let score = (scorer.Score run [| wildType |])[0]

        if not (Double.IsFinite score) then
            Error(EvolutionError.WildTypeScore(scorer.Name, score))
        else
            let accepted number =
                {
                    Chain = number
                    Step = 0
                    Sequence = wildType
                    Score = score
                }

            Ok(
                {
                    Chains = Array.replicate plan.Options.Chains (Chain.start wildType score)
                },
                Array.init plan.Options.Chains accepted
            )

    let isDone (plan: EvolutionPlan) population =
        population.Chains |> Array.forall (fun chain -> chain.Step = plan.Options.Steps)

    let advance run (scorer: Scorer) (plan: EvolutionPlan) population =
        let chains =
            population.Chains
            |> Array.mapi (fun number chain -> Chain.next plan number chain)

        let asked =
            chains
            |> Array.indexed
            |> Array.choose (fun (number, struct (_, proposal)) ->
                match proposal with
                | ValueSome proposal -> Some(number, proposal, sequenceOf proposal.Letters)
                | ValueNone -> None)

        let scores =
            asked |> Array.map (fun (_, _, sequence) -> sequence) |> scoreAll run scorer

        // A score of minus infinity is a proposal that cannot be; it is rejected.
        match
            scores
            |> Array.tryFindIndex (fun score ->
                Double.IsNaN score || Double.IsPositiveInfinity score)
        with
        | Some at ->
            let _, _, sequence = asked[at]
            Error(EvolutionError.NotANumber(scorer.Name, sequence))
        | None ->
            let after = chains |> Array.map (fun struct (chain, _) -> chain)
            let accepted = List<Accepted>()

            for (number, proposal, sequence), score in Array.zip asked scores do
                let struct (chain, isAccepted) =
                    Chain.decide plan proposal sequence score after[number]

                after[number] <- chain

                if isAccepted then
                    accepted.Add
                        {
                            Chain = number
                            Step = chain.Step
                            Sequence = sequence
                            Score = score
                        }

            Ok({ Chains = after }, accepted.ToArray())

    let run run scorer plan =
        let accepted = List<Accepted>()

        let rec go population =
            if isDone plan population then
                Ok(population, accepted.ToArray())
            else
                match advance run scorer plan population with
                | Error error -> Error error
                | Ok(next, fresh) ->
                    accepted.AddRange fresh
                    go next

        match start run scorer plan with
        | Error error -> Error error
        | Ok(population, fresh) ->
            accepted.AddRange fresh
            go population

    let spread run scorer count (plan: EvolutionPlan) =
        // Chains are numbered from 0, so that this stream is none of theirs.
        let random = SplitMix(Seed.derive plan.Options.Seed -1)

        let mutant _ =
            let letters = plan.WildType.Letters.ToCharArray()
            let index = plan.Indices[random.Below plan.Indices.Length]
            letters[index] <- plan.Letters.Draw(index, letters[index], random.Unit())
            sequenceOf letters

        let scores =
            Array.init count mutant |> scoreAll run scorer |> Array.filter Double.IsFinite

        if scores.Length < 2 then
            0.0
        else
            let mean = Array.average scores

            scores |> Array.averageBy (fun score -> (score - mean) * (score - mean)) |> sqrt
