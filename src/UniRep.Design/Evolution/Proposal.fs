namespace UniRep.Design

open System
open UniRep
open UniRep.Training

/// A proposal of one step: other letters, and what the acceptance needs besides the scores.
[<Struct>]
type internal Proposal =
    {
        Letters: char[]
        /// The log of the ratio of the probabilities of proposing the way back and the way there (Hastings 1970).
        LogRatio: float
        /// The number from 0 to below 1 that decides.
        Chance: float
    }

/// Draws proposals: 1 + Poisson(mean - 1) positions, all sets of them equally likely, and a letter for each.
[<RequireQualifiedAccess>]
module internal Proposal =
    /// Knuth's way; fast for means of a few.
    let private poisson (random: SplitMix) mean =
        let bound = exp -mean
        let mutable count = 0
        let mutable product = random.Unit()

        while product > bound do
            count <- count + 1
            product <- product * random.Unit()

        count

    /// Draws so many different indices (Floyd's algorithm): every set is equally likely.
    let private distinct (random: SplitMix) count (indices: int[]) =
        let chosen = Array.zeroCreate<int> count

        for drawn in 0 .. count - 1 do
            let last = indices.Length - count + drawn
            let candidate = indices[random.Below(last + 1)]

            chosen[drawn] <-
                if Array.IndexOf(chosen, candidate, 0, drawn) < 0 then
                    candidate
                else
                    indices[last]

        chosen

    /// Draws the proposal of a step; none where it leads out of what is allowed, which is a rejection.
    let draw (plan: EvolutionPlan) chain step (current: string) =
        let options = plan.Options

        // Every step has random numbers of its own, so that a chain can be resumed at any step.
        let random = SplitMix(Seed.derive (Seed.derive options.Seed chain) step)

        let edits = min plan.Indices.Length (1 + poisson random (options.MeanEdits - 1.0))
        let letters = current.ToCharArray()
        let mutable logRatio = 0.0

        for index in distinct random edits plan.Indices do
            let old = current[index]
            let fresh = plan.Letters.Draw(index, old, random.Unit())
            let there = plan.Letters.Probability(index + 1, old, fresh)
            let back = plan.Letters.Probability(index + 1, fresh, old)
            logRatio <- logRatio + log back - log there
            letters[index] <- fresh

        if plan.Allows letters then
            ValueSome
                {
                    Letters = letters
                    LogRatio = logRatio
                    Chance = random.Unit()
                }
        else
            ValueNone
