namespace UniRep

open UniRep.Compute

/// Why a checkpoint is no use.
type CheckpointError =
    /// There is none.
    | NoCheckpoint of path: string
    /// The file is damaged or is none.
    | BadCheckpoint of path: string * reason: string
    /// The file cannot be read or written.
    | NoCheckpointAccess of path: string * reason: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// All that training goes on from.
type internal Checkpoint =
    {
        Position: Position
        Trainer: TrainerState
        /// Rows of the metrics written so far.
        Rows: int64
    }

/// Files to go on from.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Checkpoint =
    /// Tells whether every number of the trainer is finite, so that the checkpoint can be read again.
    val isFinite: checkpoint: Checkpoint -> bool

    /// Writes a checkpoint beside its name, moves the one before it to `previous`, and then gives it its name.
    val save:
        path: string -> previous: string -> checkpoint: Checkpoint -> Result<unit, CheckpointError>

    /// Reads a checkpoint; one that is damaged is refused.
    val load: path: string -> Result<Checkpoint, CheckpointError>
