namespace UniRep

open System
open System.Threading
open UniRep.Compute

/// A model ready to run: weights packed for this machine, and what is known of them. Safe to use from several threads.
[<Sealed>]
type Model =
    interface IDisposable
    interface IDisplay

    /// Gets the name, version, licence and provenance of the weights.
    member Card: WeightCard

    /// Gets the sizes.
    member Shape: WeightsShape

    /// Gets the SHA-256 of the parameters, in hexadecimal: equal for equal numbers whatever the file's format.
    member Fingerprint: string

    /// Gets what the user should know of the weights, one sentence each.
    member Warnings: string list

    /// Gets the number of threads in use.
    member Threads: int

    /// Gets the instruction set in use: `AVX-512`, `AVX2`, `FMA-128` or `portable`.
    member InstructionSet: string

    /// Gets the precision of the matrix products: `exact`, `int16w`, `int16`, `int8`.
    member Precision: string

    /// Gets one line: what the model is, and how it runs.
    member internal Summary: string

    /// Gives an HTML fragment for notebooks: what the model is, and how it runs.
    member ToHtml: unit -> string

    /// Gets what runs the model; ObjectDisposedException once the model is disposed of.
    member internal Backend: Backend

    /// Gives the same model to be handed to everyone: disposing of it does nothing.
    member internal Shared: Model

    /// Gives back the memory of the weights, once runs that are under way have ended; using the model afterwards raises
    /// ObjectDisposedException. The model that `UniRep.model` gives stays usable.
    member Dispose: unit -> unit

    /// Runs the model over token sequences as the engine defines it: results in the order of the input, each as soon as all
    /// before it are there, memory bounded whatever the number of sequences. Exceptions of source and sink come out unchanged; a cancelled run raises
    /// OperationCanceledException.
    member Run:
        source: ISequenceSource *
        sink: ISequenceSink *
        outputs: Outputs *
        progress: IProgress<int64> option *
        cancellation: CancellationToken ->
            unit

/// Loads models and computes with them.
[<RequireQualifiedAccess>]
module Model =
    /// Loads a model by name (`open-256`, or one fetched with `unirep weights get`) or from a path of any layout that
    /// `WeightFile` reads. ArgumentException if the settings hold numbers that are no precision or no instruction set.
    val load: settings: EngineSettings -> nameOrPath: string -> Result<Model, WeightStoreError>

    /// Makes a model of weights at hand.
    val ofWeights: settings: EngineSettings -> weights: Weights -> Model

    /// Copies the three vectors out of a result.
    val internal takeRep: Take<Rep>

    /// Computes the three vectors of one sequence; cancelling raises OperationCanceledException.
    val internal representWith:
        cancellation: CancellationToken -> model: Model -> sequence: Sequence -> Rep

    /// Computes hidden states; cancelling raises OperationCanceledException.
    val internal hiddenStatesWith:
        cancellation: CancellationToken -> model: Model -> sequence: Sequence -> float32[,]

    /// Computes logits; cancelling raises OperationCanceledException.
    val internal logitsWith:
        cancellation: CancellationToken -> model: Model -> sequence: Sequence -> float32[,]

    /// Computes a log-likelihood; cancelling raises OperationCanceledException.
    val internal logLikelihoodWith:
        cancellation: CancellationToken ->
        includeStop: bool ->
        model: Model ->
        sequence: Sequence ->
            float

    /// Makes, for one run over many sequences, a parser that notes what it has read, and what takes log-likelihoods out of
    /// the results in the same order.
    val internal scoring:
        includeStop: bool ->
        parse: (int -> 'item -> Sequence) ->
            struct ((int -> 'item -> Sequence) * Take<float>)

    /// Computes the three vectors of one sequence, `[H]` each.
    val represent: model: Model -> sequence: Sequence -> Rep

    /// Computes the vectors of many sequences, in their order, each as soon as it is there. A few sequences are read at
    /// first, then about as many ahead as have been computed, up to a bound; a source that takes its time does not hold up
    /// the results of what it has given. Leaving off early stops the work. An exception of the source is raised after the
    /// results of the sequences before it.
    val representMany: model: Model -> sequences: Sequence seq -> Rep seq

    /// Computes the top layer's hidden state after start and after each residue, `[L + 1, H]`.
    val hiddenStates: model: Model -> sequence: Sequence -> float32[,]

    /// Computes the logits of the next token after start and after each residue, `[L + 1, 25]`; class k stands for
    /// token k + 1.
    val logits: model: Model -> sequence: Sequence -> float32[,]

    /// Computes the log-probability of each residue, then of stop, each given what stands before it; L + 1 values in
    /// nats.
    val logLikelihoods: model: Model -> sequence: Sequence -> float[]

    /// Computes the log-likelihood of a sequence in nats, with the final stop or without it.
    val logLikelihood: includeStop: bool -> model: Model -> sequence: Sequence -> float

    /// Computes the log-likelihoods of many sequences in nats, in their order, streamed as `representMany` does: what
    /// `logLikelihood` gives for each, at the rate of a batch. Mutants of one protein share the work up to where they part.
    val logLikelihoodMany: includeStop: bool -> model: Model -> sequences: Sequence seq -> float seq
