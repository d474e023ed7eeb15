namespace UniRep.Training

open UniRep
open UniRep.Compute

/// How a model is trained. `Hyperparameter.all` lists these fields with their ranges and descriptions.
type TrainingOptions =
    {
        /// The number of epochs.
        Epochs: int
        /// The number of predicted tokens in a batch: residues and stops.
        BatchTokens: int
        /// The peak learning rate; None to choose it by the size of the model.
        LearningRate: float option
        /// The learning-rate schedule after the warm-up.
        Schedule: Schedule
        /// Warm-up: the number of steps in which the learning rate rises to its peak.
        WarmUp: int
        /// Decoupled weight decay (AdamW), per unit of the learning rate; on matrices only.
        WeightDecay: float
        /// Applies weight decay to gains, biases and the embedding too.
        DecaysAll: bool
        /// Gradient clipping: the largest norm of a batch's gradient; infinity for no clipping.
        MaximalNorm: float
        /// What the loss is averaged over.
        Mean: LossMean
        /// Truncated back-propagation: the number of steps that gradients flow back through, with states carried over;
        /// 0 for all.
        Window: int
        /// The order in which sequences are read; in both directions, an epoch reads each sequence once in each.
        Direction: ReadingDirection
        /// The decay of an exponential moving average (EMA) of the weights, which becomes the model; None for no EMA.
        Average: float option
        /// The fraction of the sequences in the validation set; 0 for no validation set. Not used if the validation set
        /// is given.
        ValidationFraction: float
        /// Early stopping: the number of epochs without improvement after which training stops; 0 for no early stopping.
        Patience: int
        /// The seed of every random choice.
        Seed: uint64
        /// The number of threads, at most 1024; 0 for one per core. Changes no bit of the model.
        Threads: int
        /// Bytes of memory for the states that the backward pass needs. Changes no bit of the model.
        StateBytes: int64
    }

/// Invalid options.
[<RequireQualifiedAccess>]
type TrainingOptionsError =
    /// An option is out of its range.
    | OutOfRange of option: string * range: string
    /// There is no option with this name.
    | Unknown of option: string * known: string list

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

    /// Gives the learning rate that is used if none is given: 5e-4, and 0.336 divided by the units above 672 units. These
    /// rates are measured on families (docs/training.md).
    val defaultLearningRate: units: int -> float

    /// Gives the peak learning rate for a model with so many units.
    val learningRate: units: int -> options: TrainingOptions -> float
