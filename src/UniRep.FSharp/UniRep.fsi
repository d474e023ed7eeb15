namespace UniRep

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

    /// Computes the representations of protein sequences, in their order, or tells what is wrong with each bad one.
    ///
    /// Raises ArgumentNullException if a string is null: that is a mistake of the program, not of its data.
    val tryGetReps: sequences: string seq -> Result<Rep[], InvalidSequence list>

    /// Trains the embedded default model on with the relatives of a protein, by defaults, some of them held out for validation;
    /// the result's weights make a model by `Model.ofWeights`, or a file by `WeightFile.save`. `EvoTuning` has every option.
    /// In F# Interactive and in notebooks a line for every epoch goes to standard error; `EvoTuning.tune` with
    /// `EvoTuning.silent` writes none.
    ///
    /// Raises UniRepException if a string is no sequence of residues (A–Z in upper case), if there is none, or if training
    /// diverges.
    ///
    /// <example><code>let tuned = UniRep.evotune homologs</code></example>
    val evotune: sequences: string seq -> Tuned

    /// Trains weights on with strings, and tells an observer.
    val internal tuneWith:
        observer: TrainingObserver ->
        options: TrainingOptions ->
        weights: Weights ->
        sequences: string seq ->
            Tuned

    /// Raises unless a file can be written under a path where there is none yet.
    val internal checkSavePlace: path: string -> unit

    /// Trains weights on with strings, as `evotune` does.
    val internal tune:
        options: TrainingOptions -> weights: Weights -> sequences: string seq -> Tuned

    /// Gives the weights of a name or path, or raises.
    val internal weightsOf: nameOrPath: string -> Weights
