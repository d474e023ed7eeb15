namespace UniRep.Training

/// How far a training is. Together with the trainer's state this is enough to resume to the same bits.
type internal Position =
    {
        /// The current epoch, from 1; 0 before the start model is evaluated.
        Epoch: int
        /// The number of its batches that are done.
        Batch: int
        /// The sum of their cross-entropies.
        Nats: float
        /// Their predicted tokens.
        Tokens: int64
        /// The time they took, in seconds.
        Seconds: float
        /// The reports of the finished epochs, the latest first.
        Reports: EpochReport list
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Position =
    /// The position of a new training.
    let start =
        {
            Epoch = 0
            Batch = 0
            Nats = 0.0
            Tokens = 0L
            Seconds = 0.0
            Reports = []
        }

    let afterBatch nats tokens seconds position =
        { position with
            Batch = position.Batch + 1
            Nats = position.Nats + nats
            Tokens = position.Tokens + tokens
            Seconds = position.Seconds + seconds
        }

    let afterEpoch report position =
        { start with
            Epoch = position.Epoch + 1
            Reports = report :: position.Reports
        }

    /// The epoch with the best model so far.
    let best position =
        position.Reports |> List.tryFind _.IsBest

    /// Tells whether a model with this validation loss is the best so far. Without a validation set the latest is.
    let isBest validationLoss position =
        match validationLoss, best position with
        | Some loss, Some { ValidationLoss = Some lowest } -> loss < lowest
        | _ -> true

    /// Tells whether the validation loss has not improved for so many epochs that training stops early.
    let isPatienceOver (options: TrainingOptions) position =
        match best position with
        | Some({ ValidationLoss = Some _ } as best) when options.Patience > 0 ->
            position.Epoch - 1 - best.Epoch >= options.Patience
        | _ -> false

    /// The report of the current epoch as far as it is known before the model is evaluated.
    let report step position =
        {
            Epoch = position.Epoch
            Step = step
            TrainLoss =
                if position.Tokens = 0L then
                    None
                else
                    Some(position.Nats / float position.Tokens)
            ValidationLoss = None
            OutOfDomainLoss = None
            IsBest = false
            Tokens = position.Tokens
            Seconds = position.Seconds
        }
