namespace UniRep

open System
open System.Threading
open UniRep.Training

/// How far a training of `UniRepModel.EvoTune` is: reported after every batch and every epoch.
[<Sealed>]
type TuningProgress =
    /// Gets the epoch, from 1; 0 is the look at the model before training.
    member Epoch: int

    /// Gets the number of epochs asked for.
    member Epochs: int

    /// Gets the batch of the epoch that was done last, from 1.
    member Batch: int

    /// Gets the number of batches of an epoch.
    member Batches: int

    /// Gets the training loss in nats per token: of the batch, or of the whole epoch at its end; null before training.
    member Loss: Nullable<float>

    /// Gets the loss of the held-out sequences at the end of the last epoch, in nats per token; null if none are held out.
    member HoldOutLoss: Nullable<float>

/// Makes observers of a training for C#.
[<RequireQualifiedAccess>]
module internal TuningObserver =
    /// Reports to `progress`, unless it is null, and raises OperationCanceledException after the batch in which
    /// cancellation was asked for.
    val create:
        epochs: int ->
        progress: IProgress<TuningProgress> | null ->
        cancellation: CancellationToken ->
            TrainingObserver
