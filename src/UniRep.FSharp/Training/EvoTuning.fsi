namespace UniRep.Training

open System.IO
open System.Threading
open UniRep

/// Trains models: on from known weights with the relatives of a protein, or from scratch. A training whose numbers are no
/// longer finite is an error, `TrainingDiverged`.
[<RequireQualifiedAccess>]
module EvoTuning =
    /// Takes no notice.
    val silent: TrainingObserver

    /// Writes a line when training begins, for every trial and every epoch, and every ten seconds within an epoch.
    val printTo: writer: TextWriter -> TrainingObserver

    /// Trains with sequences at hand, and keeps nothing on disk; some are held out at random.
    val tune:
        backend: Backend ->
        options: TrainingOptions ->
        observer: TrainingObserver ->
        weights: Weights ->
        sequences: Sequence seq ->
            Result<Tuned, TrainingError>

    /// Trains over files. The folder gets `model.safetensors`, the best model so far; `checkpoint.safetensors` and the one
    /// before it, saved every so many seconds and after every epoch; `metrics.jsonl` and `metrics.csv` as training goes;
    /// `loss.svg`; `search.jsonl`, the trials of a search; and `training.json`, the request. None of these may be there
    /// before, and no other run may train in the folder. Sequences of standard input and of pipes are kept in the folder,
    /// for `resume`. Cancelling saves a checkpoint and gives what there is.
    val run:
        backend: Backend ->
        request: TrainingRequest ->
        folder: string ->
        checkpointSeconds: float ->
        observer: TrainingObserver ->
        cancellation: CancellationToken ->
            Result<Tuned, TrainingError>

    /// Continues the training of a folder where its checkpoint left it, or the one before, to the same bits as if it had
    /// never stopped; `adjust` may change threads and memory, and ask for more epochs. With a constant learning rate more
    /// epochs give the same bits as if as many had been asked for from the beginning; with another schedule the learning
    /// rates of the epochs already done differ.
    val resume:
        backend: Backend ->
        adjust: (TrainingOptions -> TrainingOptions) ->
        previous: bool ->
        folder: string ->
        checkpointSeconds: float ->
        observer: TrainingObserver ->
        cancellation: CancellationToken ->
            Result<Tuned, TrainingError>
