namespace UniRep.Training

open UniRep
open UniRep.Compute

/// Why a checkpoint cannot be used.
[<RequireQualifiedAccess>]
type CheckpointError =
    /// There is no checkpoint.
    | Missing of path: string
    /// The file is damaged, or is not a checkpoint.
    | Damaged of path: string * reason: string
    /// The file cannot be read.
    | NotReadable of path: string * reason: string
    /// The file cannot be written.
    | NotWritable of path: string * reason: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// Everything that a training resumes from.
type internal Checkpoint =
    {
        Position: Position
        Trainer: TrainerState
        /// The number of rows of the metrics written so far.
        Rows: int64
    }

/// Saves and loads checkpoints.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Checkpoint =
    /// Tells whether every number of the trainer is finite; only then can the checkpoint be read again.
    val isFinite: checkpoint: Checkpoint -> bool

    /// Writes a checkpoint under a temporary name, moves the last one to `previous`, and gives it its final name.
    val save:
        path: string -> previous: string -> checkpoint: Checkpoint -> Result<unit, CheckpointError>

    /// Reads a checkpoint.
    val load: path: string -> Result<Checkpoint, CheckpointError>
