namespace UniRep.Training

open UniRep
open UniRep.Compute

/// What is known when training begins.
type TrainingPlan =
    {
        /// The sizes of the model.
        Shape: MlstmShape
        /// Sequences to train on.
        Sequences: int
        /// Sequences held out.
        HeldOut: int
        /// Predicted tokens of an epoch.
        TokensPerEpoch: int64
        /// Epochs, unless training ends before.
        Epochs: int
        /// The highest learning rate.
        LearningRate: float
        /// Over what the loss that is trained for is averaged.
        Mean: LossMean
        /// The epoch to begin in, and its batches done already.
        Epoch: int
        Batch: int
        /// What the user should know, one sentence each.
        Warnings: string list
    }

/// Told how training goes on, on the thread that trains.
type TrainingObserver =
    {
        OnPlan: TrainingPlan -> unit
        /// Told of every trial of a search, which are before the plan.
        OnTrial: TrialReport -> unit
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
        /// Draws the losses of the epochs as SVG, for `loss.svg` in the folder, such as `LossCurve.svg` of the package
        /// UniRep.Charts; None for no picture.
        Draw: (EpochReport list -> string) option
    }

/// Works on training plans.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingPlan =
    /// Gives the highest learning rate: the one asked for, or else the usual one.
    val rate: options: TrainingOptions -> input: TrainingInput -> float

    /// Tells what is known when training begins at a position.
    val create:
        options: TrainingOptions -> input: TrainingInput -> position: Position -> TrainingPlan
