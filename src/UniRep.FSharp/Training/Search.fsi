namespace UniRep.Training

open UniRep

/// A search for a learning rate and a number of epochs.
type SearchOptions =
    {
        /// The number of learning rates to try.
        Trials: int
        /// The number of folds of cross-validation; 0 to use the validation set.
        Folds: int
    }

/// A trial of a search: one learning rate, a number of epochs.
type TrialReport =
    {
        /// The round of the search, from 1; each has half the trials and twice the epochs of the one before.
        Round: int
        /// The number of the learning rate, from 1.
        Trial: int
        LearningRate: float
        /// The number of epochs.
        Epochs: int
        /// The epoch with the lowest loss.
        BestEpoch: int
        /// The lowest validation loss, in nats per token; the mean over folds. None if training diverged.
        Loss: float option
        Seconds: float
    }

/// Successive halving (Jamieson and Talwalkar 2016) over learning rates.
[<RequireQualifiedAccess>]
module internal Search =
    /// Gives the learning rates to try: the one given, and random ones from a tenth of it to ten times it.
    val rates: seed: uint64 -> trials: int -> center: float -> float list

    /// Gives the highest learning rate that a search around one may try.
    val highest: center: float -> float

    /// Searches. Recorded trials are not run again; `record` takes every new one. `run` trains with a name, options and a
    /// split, and gives the epochs, or None if training diverged. Gives the best trial of the last round, or the number of
    /// the first round in which every trial diverged.
    val choose:
        options: TrainingOptions ->
        search: SearchOptions ->
        rate: float ->
        split: DataSplit ->
        recorded: TrialReport list ->
        record: (TrialReport -> unit) ->
        run: (string -> TrainingOptions -> DataSplit -> EpochReport list option) ->
            Result<TrialReport, int>
