namespace UniRep.Training

open UniRep
open UniRep.Compute
open UniRep.IO
open UniRep.ModelFiles

/// Where training begins.
type TrainingStart =
    /// From a model's name or the path of its files.
    | FromWeights of nameOrPath: string
    /// From random weights.
    | FromRandom of shape: MlstmShape

/// A training over files.
type TrainingRequest =
    {
        /// Where training begins.
        Start: TrainingStart
        /// Files of sequences to train on; `-` is standard input.
        Sequences: string list
        /// Files of the validation set; if there are none, some sequences of the training set are held out.
        HoldOut: string list
        /// Files of the out-of-domain test set, whose loss is computed as well.
        OutOfDomain: string list
        /// How files are read.
        Reading: InputOptions
        /// Which of their sequences are taken.
        Filter: CorpusFilter
        /// How the model is trained.
        Options: TrainingOptions
        /// How a learning rate and a number of epochs are searched for first, if they are.
        Search: SearchOptions option
    }

/// Why a training cannot begin, or had to stop.
type TrainingError =
    /// There is no sequence to train on.
    | NoSequence
    | BadOptions of TrainingOptionsError list
    /// The first errors of the files.
    | BadSequences of InputError list
    /// No sequence of these files is left to use.
    | NothingLeft of files: string list * summary: CorpusSummary
    /// Every sequence to train on is held out as well.
    | AllHeldOut of count: int
    /// A search compares validation losses, but there is only one sequence, and nothing else to validate with.
    | NothingToValidate
    /// There are more folds than sequences.
    | TooManyFolds of folds: int * sequences: int
    | BadStart of WeightStoreError
    /// The folder holds a training already.
    | AlreadyTraining of folder: string
    /// The folder holds a file that training would overwrite.
    | WouldOverwrite of path: string
    /// Another run is training in the folder.
    | InUse of folder: string
    /// The folder holds no training.
    | NoTraining of folder: string
    /// A file that a training continues from is damaged, or gone.
    | Damaged of path: string * reason: string
    /// What training began with is not what it was.
    | NotAsBefore of what: string
    /// An option cannot be changed once training has begun.
    | FixedOption of option: string * reason: string
    /// A checkpoint cannot be used; the one before it can, if there is one.
    | UnusableCheckpoint of error: CheckpointError * before: string option
    /// The folder cannot be made or used; nothing was done.
    | NoFolder of path: string * reason: string
    /// A file cannot be written; what was saved before is whole.
    | NotWritable of path: string * reason: string
    /// The backend cannot train.
    | BadBackend of BackendError
    /// A number was not finite. The best model so far was kept.
    | TrainingDiverged of kept: Tuned
    /// Every learning rate that this round of a search tried diverged.
    | SearchDiverged of round: int

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// Works on training requests.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingRequest =
    /// Evo-tunes the embedded default model with sequences of files, by defaults.
    val evotune: sequences: string list -> TrainingRequest

    /// Trains a model of some shape from scratch with sequences of files, by defaults.
    val scratch: shape: MlstmShape -> sequences: string list -> TrainingRequest
