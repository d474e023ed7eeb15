namespace UniRep

open System
open UniRep.Training

/// The progress of `UniRepModel.EvoTune`, reported after every batch and every epoch.
[<Sealed>]
type TuningProgress =
    /// Gets the epoch, from 1; 0 is the evaluation of the start model.
    member Epoch: int

    /// Gets the number of epochs.
    member Epochs: int

    /// Gets the last finished batch of the epoch, from 1.
    member Batch: int

    /// Gets the number of batches of an epoch.
    member Batches: int

    /// Gets the training loss in nats per token: of the batch, or, at the end of an epoch, of the epoch; null before training.
    member Loss: Nullable<float>

    /// Gets the validation loss at the end of the last epoch, in nats per token; null without a validation set.
    member ValidationLoss: Nullable<float>

/// Makes observers of a training for C#.
[<RequireQualifiedAccess>]
module internal TuningObserver =
    /// Reports to `progress`, unless it is null.
    val create: epochs: int -> progress: IProgress<TuningProgress> | null -> TrainingObserver
