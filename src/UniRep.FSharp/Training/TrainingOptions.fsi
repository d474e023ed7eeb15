namespace UniRep.Training

open UniRep
open UniRep.Compute

/// How a model is trained. Threads and memory change nothing but the time it takes.
type TrainingOptions =
    {
        /// How often every sequence is seen.
        Epochs: int
        /// Predicted tokens of a batch: residues and stops.
        BatchTokens: int
        /// The highest learning rate; None to choose it by the model's size.
        LearningRate: float option
        /// How the learning rate goes on after warming up.
        Schedule: Schedule
        /// Steps over which the learning rate rises to its highest.
        WarmUp: int
        /// Decoupled weight decay, per unit of the learning rate; on matrices alone.
        WeightDecay: float
        /// Lets gains, biases and the embedding decay as well.
        DecaysAll: bool
        /// The largest norm that the gradient of a batch may have; infinity for any.
        MaximalNorm: float
        /// Over what the loss is averaged.
        Mean: LossMean
        /// Steps that gradients flow back through, states being carried on; 0 for all.
        Window: int
        /// How much of a running mean of the parameters each step keeps, which then is the model; None for no such mean.
        Average: float option
        /// The fraction of sequences held out for validation; 0 for none, or if there is a validation set of its own.
        HoldOut: float
        /// Epochs without improvement after which training ends; 0 to go on to the end.
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
    /// To go on from trained weights with the homologs of a protein.
    val evotune: TrainingOptions

    /// To begin from random weights.
    val scratch: TrainingOptions

    /// Gives the learning rate that is used where none is given: 0.032 over the units, which is 5e-4 for 64 of them, as
    /// measured on families, and near the published 1e-5 for 1900.
    val usualRate: units: int -> float

    /// Finds the invalid options.
    val check: options: TrainingOptions -> TrainingOptionsError list
