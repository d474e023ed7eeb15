namespace UniRep

open System
open System.Threading
open UniRep.Compute
open UniRep.IO
open UniRep.ModelFiles

/// Why a model cannot be loaded.
[<RequireQualifiedAccess>]
type ModelError =
    /// There are no weights to load.
    | Weights of WeightStoreError
    /// The backend cannot run them.
    | Backend of BackendError
    /// Eight bits are too few for a model this small: predictions get measurably worse (docs/precision.md).
    | PrecisionTooLow of name: string * units: int

    interface IError

    /// Gets in one sentence what is wrong and what to do.
    member Message: string

    /// Raises the error under the name of its own case, or of that of the error within.
    member internal Raise: unit -> 'result

/// A model ready to run: weights that a backend has packed, and what is known of them. Safe to use from several threads.
[<Sealed>]
type Model =
    interface IDisposable
    interface IDisplay

    /// Gets the name, version, licence and provenance of the weights.
    member Card: WeightCard

    /// Gets the sizes.
    member Shape: MlstmShape

    /// Gets the SHA-256 of the parameters, in hexadecimal: equal for equal numbers whatever the file's format.
    member Fingerprint: string

    /// Gets what the user should know of the weights, one sentence each.
    member Warnings: string list

    /// Gets what computes.
    member Device: Device

    /// Gets the precision of the matrix products, as reports name it: `exact`, `int16`, `bfloat16`.
    member Precision: string

    /// Gets whether it computes logits and log-likelihoods: the weights have a language-model head.
    member HasHead: bool

    /// Gets the direction in which the last training of the model read its sequences, as its card tells: forward if the card
    /// says nothing of it. Scores are read in this direction by default.
    member Direction: ReadingDirection

    /// Gets one line: what the model is, and how it runs.
    member internal Summary: string

    /// Gives an HTML fragment for notebooks: what the model is, and how it runs.
    member ToHtml: unit -> string

    /// Gets what runs the model; ObjectDisposedException once the model is disposed of.
    member internal Runner: Runner

    /// Gives the same model to be handed to everyone: disposing of it does nothing.
    member internal Shared: Model

    /// Frees the memory of the weights, once runs that are under way have ended; using the model afterwards raises
    /// ObjectDisposedException. The model that `UniRep.model` gives stays usable.
    member Dispose: unit -> unit

/// Loads models and computes with them.
[<RequireQualifiedAccess>]
module Model =
    /// Loads a model by name (`open-672`, or a published one that has been fetched) or from a path of any layout that
    /// `WeightFile` reads, and makes it ready to run: `Model.load Cpu.automatic "open-672"`.
    val load: backend: Backend -> nameOrPath: string -> Result<Model, ModelError>

    /// Makes a model of weights in memory.
    val ofWeights: backend: Backend -> weights: Weights -> Result<Model, BackendError>

    /// Computes the results of many items, each with its item, in their order, each as soon as it is there. Items that may
    /// keep their reader waiting are computed in the background: a few are read at first, then about as many ahead as have
    /// been computed, up to a bound, and a source that takes its time does not hold up the results of what it has given.
    /// Items in memory (an array or a list) are computed on the reader's thread. Leaving off early stops the work. An
    /// exception of the source is raised after the results of the items before it.
    ///
    /// <example><code>records |> Model.mapMany RunOptions.none Output.rep _.Sequence model</code></example>
    val mapMany:
        options: RunOptions ->
        output: Output<'result> ->
        sequenceOf: ('item -> Sequence) ->
        model: Model ->
        items: 'item seq ->
            ('item * 'result) seq

    /// Computes the results of many items on this thread, and hands each over without copying it: the spans of the output
    /// end with the call of the action. The action is called for one item at a time, in their order, not always by the
    /// same thread. Exceptions of the source and of the action are passed on.
    val iterate:
        options: RunOptions ->
        outputs: Outputs ->
        sequenceOf: ('item -> Sequence) ->
        action: Use<'item> ->
        model: Model ->
        items: 'item seq ->
            unit

    /// Begins a run of sequences that are decided while they are computed: generation, directed evolution, search. Each has
    /// the bits that it has in any other run. It may begin at a state that an earlier run of the same model saved, so that
    /// only what follows is computed. The number is the most sequences that there are at a time, as far as known. A backend
    /// that takes whole runs only computes each sequence anew whenever it has decided.
    ///
    /// A model without a head raises UniRepException for a sequence that needs logits. Close the run after use.
    val beginStepwise:
        cancellation: CancellationToken ->
        sequences: int ->
        source: IStepwiseSource ->
        model: Model ->
            Run

    /// Computes one result of one sequence.
    val map:
        options: RunOptions ->
        output: Output<'result> ->
        model: Model ->
        sequence: Sequence ->
            'result

    /// Computes the three vectors of the records of a file, with `mapMany`.
    val embed: model: Model -> records: SequenceRecord seq -> (SequenceRecord * Rep) seq

    /// Computes the three vectors of one sequence, `[H]` each.
    val represent: model: Model -> sequence: Sequence -> Rep

    /// Computes the vectors of many sequences, with `mapMany`.
    val representMany: model: Model -> sequences: Sequence seq -> Rep seq

    /// Computes the top layer's hidden state after start and after each residue, `[L + 1, H]`.
    val hiddenStates: model: Model -> sequence: Sequence -> float32[,]

    /// Computes the logits of the next token after start and after each residue, `[L + 1, 25]`; class k stands for
    /// token k + 1.
    val logits: model: Model -> sequence: Sequence -> float32[,]

    /// Computes the log-probability of each residue, then of stop, each given what comes before it; L + 1 values in
    /// nats.
    val logLikelihoods: model: Model -> sequence: Sequence -> float[]

    /// Computes the log-likelihood of a sequence in nats, with the final stop or without it.
    val logLikelihood: includeStop: bool -> model: Model -> sequence: Sequence -> float

    /// Computes the log-likelihoods of many sequences in nats, with `mapMany`: what `logLikelihood` gives for each, at the
    /// rate of a batch. Mutants of one protein share the work up to their first difference.
    val logLikelihoodMany: includeStop: bool -> model: Model -> sequences: Sequence seq -> float seq
