namespace UniRep.Training

open UniRep
open UniRep.Compute
open UniRep.IO

/// The model that a training starts from.
[<RequireQualifiedAccess>]
type StartModel =
    /// A model by its name or the path of its files.
    | Weights of nameOrPath: string
    /// Random weights of these sizes.
    | Random of shape: MlstmShape

/// A training on files.
type TrainingRequest =
    {
        Start: StartModel
        /// Files of training sequences; `-` is standard input.
        Sequences: string list
        /// Files of the validation set; if there are none, a random part of the training sequences is the validation set.
        Validation: string list
        /// Files of the out-of-domain test set: its loss is reported, and decides nothing.
        OutOfDomain: string list
        /// How files are read.
        Reading: InputOptions
        /// Which of their sequences are used.
        Filter: CorpusFilter
        /// How the model is trained.
        Options: TrainingOptions
        /// A search for the learning rate and the number of epochs before the training; None for no search.
        Search: SearchOptions option
    }

/// Works on training requests.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingRequest =
    /// Fine-tunes the embedded default model on the sequences of files, with default options.
    val evotune: sequences: string list -> TrainingRequest

    /// Trains a model of some shape from random weights on the sequences of files, with default options.
    val scratch: shape: MlstmShape -> sequences: string list -> TrainingRequest

    /// Gives all files of sequences.
    val internal files: request: TrainingRequest -> string list

    /// Changes the paths of all files of sequences.
    val internal mapFiles: change: (string -> string) -> request: TrainingRequest -> TrainingRequest
