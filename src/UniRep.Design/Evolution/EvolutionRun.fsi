namespace UniRep.Design

open UniRep

/// A directed evolution in a folder.
type EvolutionRequest =
    {
        Plan: EvolutionPlan
        /// Everything else that decides the bits, by name: the model's fingerprint, the top model's digest. A run is resumed
        /// only with the same.
        Inputs: (string * string) list
        Folder: string
        /// Continues the run of the folder; false begins one in a folder that has none.
        Resume: bool
        /// The seconds between saved states.
        SaveEvery: float
    }

/// Runs a directed evolution so that it can be interrupted. The folder holds `run.json` (what was asked for), `accepted.csv`
/// (every accepted state: chain, step, score, mutations) and `state.json` (the chains). A run that is killed and resumed ends
/// with the same bits as one that is not.
[<RequireQualifiedAccess>]
module EvolutionRun =
    /// Checks whether a folder has the state of a run.
    val isBegun: folder: string -> bool

    /// Removes the files of a run from a folder, and the folder if nothing else is in it.
    val remove: folder: string -> Result<unit, EvolutionRunError>

    /// Runs until every chain has done its steps. Progress counts the steps of all chains. When it is cancelled it saves its
    /// state and raises OperationCanceledException.
    val run:
        run: RunOptions ->
        scorer: Scorer ->
        request: EvolutionRequest ->
            Result<Population, EvolutionRunError>

    /// Gives the best different states of `accepted.csv`, at most so many.
    val best:
        count: int -> plan: EvolutionPlan -> folder: string -> Result<Design[], EvolutionRunError>

    /// Draws the scores of the chains over their steps: the best of all so far, and the upper tenth, median and lower tenth of
    /// where the chains stand.
    val picture:
        plan: EvolutionPlan -> folder: string -> Result<UniRep.Charts.Chart, EvolutionRunError>
