namespace UniRep.Training

open UniRep

/// How the learning rate goes on after warming up.
type Schedule =
    /// Stays at its peak.
    | Constant
    /// Falls along half a cosine to zero.
    | Cosine
    /// Falls on a straight line to zero.
    | Linear

/// Learning rates over a run.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Schedule =
    /// Gets the schedules by the names that options and files give them.
    val names: (string * Schedule) list

    /// Gives the learning rate of a step, counted from 0, of a run of `steps`: rising from `peak / warmUp` to the peak
    /// over the first `warmUp` steps, then as the schedule has it.
    val rate: schedule: Schedule -> warmUp: int -> steps: int -> peak: float -> step: int -> float
