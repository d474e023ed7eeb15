namespace UniRep.Training

open System.IO
open System.Threading
open UniRep

/// Trains models: fine-tunes known weights on homologous sequences (evolutionary tuning), or trains from random weights. A
/// training that diverges is the error `Diverged`, which carries the best model so far. A training that is cancelled while
/// its sequences are read raises OperationCanceledException, and the folder contains no training; later it stops as
/// `Interrupted`.
[<RequireQualifiedAccess>]
module EvoTuning =
    /// Ignores all progress.
    val silent: TrainingObserver

    /// Writes a line when training starts, for every trial and every epoch, and every ten seconds within an epoch.
    val printTo: writer: TextWriter -> TrainingObserver

    /// Trains on sequences in memory and writes no file; the validation set is a random part of the sequences.
    val tune:
        backend: Backend ->
        options: TrainingOptions ->
        observer: TrainingObserver ->
        cancellation: CancellationToken ->
        weights: Weights ->
        sequences: Sequence seq ->
            Result<Tuned, TrainingError>

    /// Trains on files. The folder gets `model.safetensors`, the best model so far; `checkpoint.safetensors` and the previous
    /// one, saved every `checkpointSeconds` and after every epoch; `metrics.jsonl` and `metrics.csv`; `loss.svg` if the
    /// observer draws it; `search.jsonl`, the trials of a search; and `training.json`, the request. None of these files may
    /// exist, and no other run may train in the folder. Sequences from standard input and pipes are copied to the folder, for
    /// `resume`. Cancelling saves a checkpoint and returns the best model so far.
    val run:
        backend: Backend ->
        request: TrainingRequest ->
        folder: string ->
        checkpointSeconds: float ->
        observer: TrainingObserver ->
        cancellation: CancellationToken ->
            Result<Tuned, TrainingError>

    /// Resumes the training of a folder from its checkpoint, or from the previous one. The result has the same bits as an
    /// uninterrupted training. `adjust` may change threads and memory, and raise the number of epochs. With a constant
    /// learning rate, more epochs give the same bits as a training with that number from the start; with another schedule
    /// they do not, because the learning rates of the completed epochs differ.
    val resume:
        backend: Backend ->
        adjust: (TrainingOptions -> TrainingOptions) ->
        previous: bool ->
        folder: string ->
        checkpointSeconds: float ->
        observer: TrainingObserver ->
        cancellation: CancellationToken ->
            Result<Tuned, TrainingError>
