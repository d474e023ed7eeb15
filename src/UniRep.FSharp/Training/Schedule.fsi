namespace UniRep.Training

open UniRep

/// How the learning rate changes after the warm-up.
[<RequireQualifiedAccess>]
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

    /// Gives the learning rate of a step, counted from 0, of a run of `steps`: it rises from `peak / warmUp` to the peak
    /// in the first `warmUp` steps, then follows the schedule.
    val rate: schedule: Schedule -> warmUp: int -> steps: int -> peak: float -> step: int -> float
