namespace UniRep.Training

open System

/// What a training does next.
[<RequireQualifiedAccess>]
type internal NextAction =
    /// Evaluates the start model, before the first epoch.
    | EvaluateStart
    /// Trains on a batch of the current epoch, counted from 0.
    | TrainBatch of batch: int
    /// Evaluates the model after the last batch of an epoch.
    | EndEpoch
    /// Ends the training.
    | Stop of StopReason

/// The decisions of a training: pure functions of its position. `EpochLoop` carries them out.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal NextAction =
    /// Decides what comes next, in an epoch of so many batches.
    let decide (options: TrainingOptions) batches position =
        if position.Epoch > options.Epochs then
            NextAction.Stop StopReason.Finished
        elif position.Batch = 0 && Position.isPatienceOver options position then
            NextAction.Stop StopReason.EarlyStopping
        elif position.Epoch = 0 then
            NextAction.EvaluateStart
        elif position.Batch >= batches then
            NextAction.EndEpoch
        else
            NextAction.TrainBatch position.Batch

    /// The number of a step, or of all steps, of epochs of so many batches; no more than an integer holds.
    let private stepAfter epochs batches batch =
        int (min (int64 Int32.MaxValue) (int64 epochs * int64 batches + int64 batch))

    /// The learning rate of the next batch of a model with so many units, in an epoch of so many batches.
    let learningRate (options: TrainingOptions) units batches position =
        Schedule.rate
            options.Schedule
            options.WarmUp
            (stepAfter options.Epochs batches 0)
            (TrainingOptions.learningRate units options)
            (stepAfter (position.Epoch - 1) batches position.Batch)

    /// The first of some numbers that is known and not finite.
    let firstNotFinite (quantities: (DivergedQuantity * float option) list) =
        quantities
        |> List.tryFind (snd >> Option.exists (Double.IsFinite >> not))
        |> Option.map fst
