namespace UniRep

open System.Threading

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

/// Trains models: on from known weights with the relatives of a protein, or from scratch.
[<RequireQualifiedAccess>]
module EvoTuning =
    /// Takes no notice.
    val silent: TrainingObserver

    /// Trains with sequences at hand, and keeps nothing on disk; some are held out at random.
    val tune:
        options: TrainingOptions ->
        observer: TrainingObserver ->
        weights: Weights ->
        sequences: Sequence seq ->
            Result<Tuned, TrainingError>

    /// Trains over files. The folder gets `model.safetensors`, the best model so far; `checkpoint.safetensors` and the one
    /// before it, saved every so many seconds and after every epoch; `metrics.jsonl` and `metrics.csv` as training goes;
    /// `loss.svg`; and `training.json`, the request. Cancelling saves a checkpoint and gives what there is.
    val run:
        request: TrainingRequest ->
        folder: string ->
        checkpointSeconds: float ->
        observer: TrainingObserver ->
        cancellation: CancellationToken ->
            Result<Tuned, TrainingError>

    /// Goes on with the training of a folder where its checkpoint left it, or the one before, to the same bits as if it
    /// had never stopped; `adjust` may change threads and memory.
    val resume:
        adjust: (TrainingOptions -> TrainingOptions) ->
        previous: bool ->
        folder: string ->
        checkpointSeconds: float ->
        observer: TrainingObserver ->
        cancellation: CancellationToken ->
            Result<Tuned, TrainingError>
