namespace UniRep

open System.Threading

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
    /// `loss.svg`; `search.jsonl`, the trials of a search; and `training.json`, the request. Cancelling saves a checkpoint
    /// and gives what there is.
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
