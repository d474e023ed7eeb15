namespace UniRep.Design

open UniRep

/// All chains of a directed evolution.
type Population = { Chains: Chain[] }

/// Evolves a wild type in the computer: Metropolis chains, all at once in the batch of a scorer. With a constant
/// temperature T every chain samples from exp(score / T) over what is allowed; letters that are not equally likely to be
/// proposed are corrected for (Hastings 1970).
[<RequireQualifiedAccess>]
module Evolution =
    /// Begins with every chain at the wild type, and gives each of these as an accepted state of step 0.
    val start:
        run: RunOptions ->
        scorer: Scorer ->
        plan: EvolutionPlan ->
            Result<Population * Accepted[], EvolutionError>

    /// Takes every chain to its next proposal that has to be scored, and scores all of these together. Proposals that lead
    /// out of what is allowed are rejected on the way; each of them is a step. Gives the states that were accepted, in the
    /// order of the chains.
    val advance:
        run: RunOptions ->
        scorer: Scorer ->
        plan: EvolutionPlan ->
        population: Population ->
            Result<Population * Accepted[], EvolutionError>

    /// Checks whether every chain has done its steps.
    val isDone: plan: EvolutionPlan -> population: Population -> bool

    /// Runs all steps, in memory, and gives the chains with every accepted state.
    ///
    /// <example><code>EvolutionPlan.make (EvolutionOptions.defaults (Temperature.Constant 1.0)) wildType
    /// |> Result.bind (Evolution.run RunOptions.none (Scorer.languageModel model))</code></example>
    val run:
        run: RunOptions ->
        scorer: Scorer ->
        plan: EvolutionPlan ->
            Result<Population * Accepted[], EvolutionError>

    /// Gives the standard deviation of the scores of so many single mutants of the wild type, drawn by the seed: a measure
    /// for temperatures. Of fewer than two, or if all score alike, it is 0.
    val spread: run: RunOptions -> scorer: Scorer -> count: int -> plan: EvolutionPlan -> float
