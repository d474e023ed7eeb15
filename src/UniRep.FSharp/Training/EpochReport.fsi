namespace UniRep.Training

open UniRep

/// An epoch of a training; epoch 0 is the start model before training. Losses are means per predicted token, in nats.
type EpochReport =
    {
        Epoch: int
        /// The number of optimizer steps so far.
        Step: int64
        /// The mean over all batches of the epoch, each before its step; None for epoch 0.
        TrainLoss: float option
        /// The loss of the whole validation set; None if there is none.
        ValidationLoss: float option
        /// The loss of the out-of-domain test set; None if there is none.
        OutOfDomainLoss: float option
        /// Whether this is the best model so far: by the validation loss, or, without a validation set, the latest.
        IsBest: bool
        /// The number of predicted tokens trained on in this epoch.
        Tokens: int64
        /// The time the epoch took, in seconds.
        Seconds: float
    }

    interface IDisplay

    /// Gives an HTML fragment for notebooks: a table of these numbers.
    member ToHtml: unit -> string

    /// Gives a table of epochs, one per row.
    static member internal Table: caption: string * reports: EpochReport list -> string
