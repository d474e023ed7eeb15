namespace UniRep.Training

open System.Threading
open UniRep.Compute

/// Called by the loop.
type internal LoopHooks =
    {
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
        /// Takes the parameters of the best model so far, before its epoch is reported.
        OnBest: MlstmArrays -> unit
        /// May save a position, and must if it is due: at the end of an epoch and when training is interrupted. Gives false,
        /// and saves nothing, if a number of the trainer is not finite.
        OnPosition: Position -> bool -> bool
        /// Takes what is known of an epoch that diverged: its report, the batch and the quantity that is not finite.
        OnDiverged: EpochReport -> int -> DivergedQuantity -> unit
    }

/// The loop over epochs and batches: carries out what `NextAction` decides.
[<RequireQualifiedAccess>]
module internal EpochLoop =
    /// Computes the loss of a subset, in nats per predicted token. Raises OperationCanceledException.
    val evaluate:
        options: TrainingOptions ->
        trainer: ITrainer ->
        cancellation: CancellationToken ->
        subset: Subset ->
            float

    /// Trains from a position until training stops; `evaluator` makes a trainer that only computes losses of other
    /// parameters. Cancellation ends it as `Interrupted`.
    val run:
        options: TrainingOptions ->
        split: DataSplit ->
        evaluator: (MlstmArrays -> ITrainer) ->
        trainer: ITrainer ->
        hooks: LoopHooks ->
        cancellation: CancellationToken ->
        position: Position ->
            StopReason * EpochReport list
