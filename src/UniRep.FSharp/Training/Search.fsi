namespace UniRep.Training

open UniRep

/// How a learning rate and a number of epochs are searched for.
type SearchOptions =
    {
        /// Learning rates to begin with.
        Trials: int
        /// Parts of the sequences, each held out in turn; 0 to validate by the hold-out.
        Folds: int
    }

/// One learning rate tried for a number of epochs.
type TrialReport =
    {
        /// The round of the search, from 1; each has half the trials of the one before, and twice the epochs.
        Round: int
        /// The learning rate's number, from 1.
        Trial: int
        LearningRate: float
        /// Epochs that were allowed.
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
    /// Gives the learning rates to try: the one given, and others from a tenth of it to ten times it, by the seed.
    val rates: seed: uint64 -> trials: int -> center: float -> float list

    /// Gives the highest learning rate that a search around one may try.
    val highest: center: float -> float

    /// Searches. Trials that were recorded are not run again; `record` is told of every new one. `run` trains with some
    /// options on some sequences under a name of its own and gives its epochs, or None if training diverged. Gives the
    /// best trial of the last round, or the first round of which every trial diverged.
    val choose:
        options: TrainingOptions ->
        search: SearchOptions ->
        rate: float ->
        sequences: TrainingSequences ->
        recorded: TrialReport list ->
        record: (TrialReport -> unit) ->
        run: (string -> TrainingOptions -> TrainingSequences -> EpochReport list option) ->
            Result<TrialReport, int>
