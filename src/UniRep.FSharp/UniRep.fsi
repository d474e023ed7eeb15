namespace UniRep

open System.Threading
open UniRep.Training

/// Strings in, vectors out, with the embedded default model.
[<RequireQualifiedAccess>]
module UniRep =
    /// Gets the embedded default model, loaded at its first use. It is one for the whole process, so disposing of it, as
    /// `use model = UniRep.model ()` does, does nothing.
    val model: unit -> Model

    /// Computes the representations of protein sequences, in their order; `tryGetReps` without exceptions is its twin.
    ///
    /// Raises UniRepException if a string is no sequence of residues (A–Z in upper case), and ArgumentNullException if it
    /// is null.
    ///
    /// <example><code>let reps = UniRep.getReps [ "MKTAYIAKQRQISFVKSHFSRQ"; "GSHMASMTGGQQMGR" ]</code></example>
    val getReps: sequences: string seq -> Rep[]

    /// Computes the representations of protein sequences, in their order, or says what is wrong with each bad one.
    ///
    /// Raises ArgumentNullException if a string is null: that is a mistake of the program, not of its data.
    val tryGetReps: sequences: string seq -> Result<Rep[], InvalidSequence list>

    /// Fine-tunes the embedded default model on homologous sequences (evolutionary tuning) with default options; a tenth of
    /// the sequences is the validation set. `Model.ofWeights` makes a model of the resulting weights, `WeightFile.save` writes
    /// them to a file. `EvoTuning` has every option. In F# Interactive and in notebooks each epoch is printed to standard
    /// error; `EvoTuning.tune` with `EvoTuning.silent` prints nothing.
    ///
    /// Raises UniRepException if a string is no sequence of residues (A–Z in upper case), if there is none, or if training
    /// diverges.
    ///
    /// <example><code>let tuned = UniRep.evotune homologs</code></example>
    val evotune: sequences: string seq -> Tuned

    /// Fine-tunes weights on strings, and reports to an observer. Cancelled while it reads the strings, it raises
    /// OperationCanceledException; later it gives the best model so far.
    val internal tuneWith:
        backend: Backend ->
        observer: TrainingObserver ->
        options: TrainingOptions ->
        cancellation: CancellationToken ->
        weights: Weights ->
        sequences: string seq ->
            Tuned

    /// Raises unless a file can be written under a path where there is none yet.
    val internal checkSavePlace: path: string -> unit

    /// Gives the weights of a name or path, or raises.
    val internal weightsOf: nameOrPath: string -> Weights
