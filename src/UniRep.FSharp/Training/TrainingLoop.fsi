namespace UniRep.Training

open System.Threading
open UniRep
open UniRep.Compute

/// Some of the sequences of a corpus.
type Selection = { Corpus: Corpus; Indices: int[] }

/// What a model is trained on and judged by.
type TrainingSequences =
    {
        Train: Selection
        /// Decides which model is the best.
        HoldOut: Selection option
        /// Judged by as well, but decides nothing.
        OutOfDomain: Selection option
    }

/// How far training has come; with a trainer's state enough to go on to the same bits.
type internal Position =
    {
        /// The epoch under way, from 1; 0 before the first look at the hold-out.
        Epoch: int
        /// Its batches done.
        Batch: int
        /// The cross-entropy of these, summed.
        Nats: float
        /// The tokens of these.
        Tokens: int64
        /// The seconds of these.
        Seconds: float
        /// The reports so far, the latest first.
        Reports: EpochReport list
    }

/// What happens on the way.
type internal TrainingHooks =
    {
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
        /// Takes the parameters of the best model so far, before its epoch is reported.
        OnBest: MlstmArrays -> unit
        /// May save a position; must at the end of an epoch and when training is interrupted. Gives false, and saves
        /// nothing, where a number of the trainer is not finite.
        OnPosition: Position -> bool -> bool
        /// Told of an epoch that cannot be finished: what is known of it, and what was not finite.
        OnDiverged: EpochReport -> int -> DivergedQuantity -> unit
    }

/// The loop over epochs and batches.
[<RequireQualifiedAccess>]
module internal TrainingLoop =
    /// Where every training begins.
    val start: Position

    /// Computes the loss of a selection, in nats per predicted token.
    val evaluate:
        options: TrainingOptions ->
        trainer: ITrainer ->
        cancellation: CancellationToken ->
        selection: Selection ->
            float

    /// Takes as many sequences from the front as fit into a batch, at least one.
    val sample: options: TrainingOptions -> selection: Selection -> Selection

    /// Tells whether the validation loss has not improved for so long that training ends early.
    val isPatienceOver: options: TrainingOptions -> position: Position -> bool

    /// Trains from a position to the end; `evaluator` makes a trainer that only computes losses of other parameters.
    val run:
        options: TrainingOptions ->
        sequences: TrainingSequences ->
        evaluator: (MlstmArrays -> ITrainer) ->
        trainer: ITrainer ->
        hooks: TrainingHooks ->
        cancellation: CancellationToken ->
        position: Position ->
            TrainingEnd * EpochReport list
