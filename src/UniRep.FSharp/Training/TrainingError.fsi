namespace UniRep.Training

open UniRep
open UniRep.IO
open UniRep.ModelFiles

/// Why a training cannot begin, or had to stop.
[<RequireQualifiedAccess>]
type TrainingError =
    /// There are no training sequences.
    | NoSequences
    | InvalidOptions of TrainingOptionsError list
    /// Sequences cannot be read: the first errors.
    | InvalidSequences of InputError list
    /// These files have no sequence that the filter accepts.
    | NothingLeft of files: string list * summary: CorpusSummary
    /// Every training sequence is in the validation set as well.
    | AllInValidationSet of count: int
    /// A search compares validation losses, but there is no validation set: one sequence cannot be split.
    | NoValidationSet
    /// There are more folds than training sequences.
    | TooManyFolds of folds: int * sequences: int
    /// The start model cannot be loaded or trained.
    | StartModel of WeightStoreError
    /// The folder contains a training already.
    | AlreadyTraining of folder: string
    /// The folder contains a file that training would overwrite.
    | WouldOverwrite of path: string
    /// Another run is training in the folder.
    | FolderInUse of folder: string
    /// The folder contains no training to resume.
    | NoTraining of folder: string
    /// A file that the training needs to resume is damaged or missing.
    | Damaged of path: string * reason: string
    /// The sequences or the start model have changed since the training began.
    | Changed of what: string
    /// An option cannot change when a training is resumed.
    | FixedOption of option: string * reason: string
    /// A checkpoint cannot be used; `previous` is the one before it, if that is intact.
    | UnusableCheckpoint of error: CheckpointError * previous: string option
    /// The folder cannot be created or written to; nothing was done.
    | FolderNotWritable of path: string * reason: string
    /// A file cannot be read.
    | NotReadable of path: string * reason: string
    /// A file cannot be written; what was saved before is intact.
    | NotWritable of path: string * reason: string
    /// The backend cannot train.
    | Backend of BackendError
    /// A number was not finite. The best model so far is kept.
    | Diverged of kept: Tuned
    /// Every learning rate of this round of a search diverged.
    | SearchDiverged of round: int

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// Carries an error of a training to the end of the run.
exception internal TrainingFailed of TrainingError
