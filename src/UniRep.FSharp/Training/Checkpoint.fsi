namespace UniRep.Training

open UniRep
open UniRep.Compute

/// Why a checkpoint cannot be used.
type CheckpointError =
    /// There is no checkpoint.
    | NoCheckpoint of path: string
    /// The file is damaged, or is not a checkpoint.
    | BadCheckpoint of path: string * reason: string
    /// The file cannot be read or written.
    | NoCheckpointAccess of path: string * reason: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// Everything that training resumes from.
type internal Checkpoint =
    {
        Position: Position
        Trainer: TrainerState
        /// Rows of the metrics written so far.
        Rows: int64
    }

/// Saves and loads checkpoints.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Checkpoint =
    /// Tells whether every number of the trainer is finite, so that the checkpoint can be read again.
    val isFinite: checkpoint: Checkpoint -> bool

    /// Writes a checkpoint beside its name, moves the one before it to `previous`, and then gives it its name.
    val save:
        path: string -> previous: string -> checkpoint: Checkpoint -> Result<unit, CheckpointError>

    /// Reads a checkpoint; one that is damaged is refused.
    val load: path: string -> Result<Checkpoint, CheckpointError>
