namespace UniRep

open System.Threading
open UniRep.Compute

/// What is known when training begins.
type TrainingPlan =
    {
        /// The sizes of the model.
        Shape: WeightsShape
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
    }

/// A model as training leaves it.
type Tuned =
    {
        /// The best model: by the loss of the hold-out, or else the last.
        Weights: Weights
        /// Every epoch, 0 being the model before.
        Epochs: EpochReport list
        /// How training ended.
        End: TrainingEnd
    }

    interface IDisplay

    /// Gives an HTML fragment for notebooks: the losses of every epoch.
    member ToHtml: unit -> string

/// A training in a folder, all there is to know of it.
type internal TrainingSession =
    {
        Options: TrainingOptions
        Input: TrainingInput
        Folder: TrainingFolder
        CheckpointSeconds: float
        Observer: TrainingObserver
        Cancellation: CancellationToken
    }

/// Trains.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingSession =
    /// Trains in memory alone.
    val inMemory:
        options: TrainingOptions -> input: TrainingInput -> observer: TrainingObserver -> Tuned

    /// Trains in a folder from a checkpoint, or from the beginning.
    val goOn: session: TrainingSession -> checkpoint: Checkpoint option -> Tuned

    /// Searches for a learning rate and a number of epochs in a folder of its own for every trial; trials that are
    /// recorded are not run again. Raises OperationCanceledException.
    val search: session: TrainingSession -> search: SearchOptions -> TrainingOptions
