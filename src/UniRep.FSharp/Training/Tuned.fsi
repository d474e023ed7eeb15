namespace UniRep.Training

open UniRep

/// The result of a training.
type Tuned =
    {
        /// The best model: the one with the lowest validation loss, or, without a validation set, the last.
        Weights: Weights
        /// Every finished epoch; epoch 0 is the start model.
        Epochs: EpochReport list
        /// Why training stopped.
        StopReason: StopReason
        /// Whether the model is better than the start model: by the validation loss, or, without a validation set, by the
        /// loss of some training sequences. If it is not, `Weights` is the start model.
        IsImproved: bool
    }

    interface IDisplay

    /// Gets the epoch of the model; 0 for the start model.
    member BestEpoch: int

    /// Gives an HTML fragment for notebooks: the losses of every epoch.
    member ToHtml: unit -> string
