namespace UniRep.Training

open UniRep

/// A model as training leaves it.
type Tuned =
    {
        /// The best model: by the validation loss, or else the last.
        Weights: Weights
        /// Every epoch, 0 being the model before.
        Epochs: EpochReport list
        /// How training ended.
        End: TrainingEnd
        /// Whether the model is better than the one that training began with: by the validation loss, or, where nothing
        /// is held out, by the loss of sequences that it was trained on. If it is not, `Weights` is the start model.
        IsImproved: bool
    }

    interface IDisplay

    /// Gives the epoch of the model, 0 for the start model.
    member BestEpoch: int

    /// Gives an HTML fragment for notebooks: the losses of every epoch.
    member ToHtml: unit -> string
