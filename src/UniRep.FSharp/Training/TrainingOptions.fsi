namespace UniRep.Training

open UniRep
open UniRep.Compute

/// How a model is trained. Threads and memory change nothing but the time it takes.
type TrainingOptions =
    {
        /// The number of epochs.
        Epochs: int
        /// Predicted tokens of a batch: residues and stops.
        BatchTokens: int
        /// The peak learning rate; None to choose it by the size of the model.
        LearningRate: float option
        /// The learning-rate schedule after the warm-up.
        Schedule: Schedule
        /// Warm-up: the steps in which the learning rate rises to its peak.
        WarmUp: int
        /// Decoupled weight decay, per unit of the learning rate; on matrices alone.
        WeightDecay: float
        /// Lets gains, biases and the embedding decay as well.
        DecaysAll: bool
        /// Gradient clipping: the largest norm of a batch's gradient; infinity for no clipping.
        MaximalNorm: float
        /// Over what the loss is averaged.
        Mean: LossMean
        /// Truncated back-propagation: the steps that gradients flow back through, with states carried over; 0 for all.
        Window: int
        /// The decay of an exponential moving average (EMA) of the weights, which becomes the model; None for no EMA.
        Average: float option
        /// The fraction of the sequences in the validation set; 0 for none, or if a validation set is given.
        HoldOut: float
        /// Early stopping: the epochs without improvement after which training ends; 0 for none.
        Patience: int
        /// Decides every random choice.
        Seed: uint64
        /// Threads, at most 1024; 0 for one per core.
        Threads: int
        /// Bytes that states kept for the backward pass may take.
        StateBytes: int64
    }

/// Invalid options.
type TrainingOptionsError =
    /// An option is out of its range.
    | OutOfRange of option: string * range: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// Works on training options.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingOptions =
    /// The defaults for fine-tuning on homologous sequences.
    val evotune: TrainingOptions

    /// The defaults for training from random weights.
    val scratch: TrainingOptions

    /// Gives the learning rate that is used where none is given: 0.032 over the units, which is 5e-4 for 64 of them, as
    /// measured on families, and near the published 1e-5 for 1900.
    val usualRate: units: int -> float

    /// Finds the invalid options.
    val check: options: TrainingOptions -> TrainingOptionsError list
