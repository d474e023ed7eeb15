namespace UniRep.Training

open UniRep

/// One batch that was trained on.
type BatchReport =
    {
        /// The epoch, from 1.
        Epoch: int
        /// The batch within it, from 1.
        Batch: int
        /// Batches of the epoch.
        Batches: int
        /// Steps of the optimiser so far.
        Step: int64
        /// The loss before the step, in nats.
        Loss: float
        /// The norm of the gradient before it was limited.
        GradientNorm: float
        /// The learning rate of the step.
        LearningRate: float
        /// Predicted tokens.
        Tokens: int64
        /// Seconds that it took.
        Seconds: float
    }

    interface IDisplay

    /// Gives an HTML fragment for notebooks: a table of what is reported.
    member ToHtml: unit -> string

/// One epoch; number 0 is the model before training. Losses are means per predicted token, in nats.
type EpochReport =
    {
        Epoch: int
        /// Steps of the optimiser so far.
        Step: int64
        /// The mean over all batches of the epoch, each before its step.
        TrainLoss: float option
        /// The loss of the whole hold-out.
        HoldOutLoss: float option
        /// The loss of the out-of-domain test set.
        OutOfDomainLoss: float option
        /// Whether this is the best model so far: by the hold-out, or else the latest.
        IsBest: bool
        /// Predicted tokens trained on in this epoch.
        Tokens: int64
        /// Seconds that the epoch took.
        Seconds: float
    }

    interface IDisplay

    /// Gives an HTML fragment for notebooks: a table of what is reported.
    member ToHtml: unit -> string

    /// Gives a table of epochs, one a row.
    static member internal Table: caption: string * reports: EpochReport list -> string

/// Works on epoch reports.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EpochReport =
    /// Gives the loss that decides which model is the best.
    val decisive: report: EpochReport -> float

    /// Gives the perplexity of a loss: e to its power.
    val perplexity: loss: float -> float
