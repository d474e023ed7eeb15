namespace UniRep.Design

open System
open UniRep

type Chain =
    {
        Step: int
        Current: Sequence
        Score: float
        Best: Sequence
        BestScore: float
        Scored: int64
        Accepted: int64
        SinceBest: int
        SinceHeated: int
    }

type Accepted =
    {
        Chain: int
        Step: int
        Sequence: Sequence
        Score: float
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Chain =
    let start wildType score : Chain =
        {
            Step = 0
            Current = wildType
            Score = score
            Best = wildType
            BestScore = score
            Scored = 0L
            Accepted = 0L
            SinceBest = 0
            SinceHeated = 0
        }

    let rec next (plan: EvolutionPlan) number (chain: Chain) =
        if chain.Step = plan.Options.Steps then
            struct (chain, ValueNone)
        else
            let step = chain.Step + 1

            match Proposal.draw plan number step chain.Current.Letters with
            | ValueSome proposal -> struct ({ chain with Step = step }, ValueSome proposal)
            | ValueNone -> next plan number { chain with Step = step }

    /// Counts a scored proposal, and reheats a chain that has found nothing better for too long.
    let private counted (plan: EvolutionPlan) isBest (chain: Chain) =
        let sinceBest = if isBest then 0 else chain.SinceBest + 1

        match plan.Options.Temperature with
        | Temperature.Adaptive(_, _, patience) when sinceBest >= patience ->
            { chain with
                Scored = chain.Scored + 1L
                SinceBest = 0
                SinceHeated = 0
            }
        | _ ->
            { chain with
                Scored = chain.Scored + 1L
                SinceBest = sinceBest
                SinceHeated = chain.SinceHeated + 1
            }

    let decide (plan: EvolutionPlan) (proposal: Proposal) sequence score (chain: Chain) =
        let temperature =
            Temperature.at plan.Options.Steps chain.Step chain.SinceHeated plan.Options.Temperature

        let logAcceptance = (score - chain.Score) / temperature + proposal.LogRatio
        let isAccepted = log (1.0 - proposal.Chance) < logAcceptance
        let isBest = isAccepted && score > chain.BestScore
        let counted = counted plan isBest chain

        if not isAccepted then
            struct (counted, false)
        else
            let moved =
                { counted with
                    Current = sequence
                    Score = score
                    Accepted = chain.Accepted + 1L
                }

            if isBest then
                struct ({ moved with
                            Best = sequence
                            BestScore = score
                        },
                        true)
            else
                struct (moved, true)
