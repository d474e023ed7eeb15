namespace UniRep.Design

open UniRep

/// Samples new sequences from a language model.
[<RequireQualifiedAccess>]
module Babble =
    /// Samples sequences, in the order of their numbers, each as soon as it and all before it are there; thousands are
    /// computed at once, in a bounded amount of memory. They are computed on the reader's thread and those of the model while
    /// the reader asks for them, anew each time that it enumerates; leaving off early stops the work. Progress is the number
    /// of residues delivered.
    ///
    /// The same options and model give the same sequences with any number of threads, on every machine with the same
    /// instruction set.
    ///
    /// <example><code>
    /// { BabbleOptions.defaults with Count = 100; Seed = 7UL }
    /// |> Babble.sample RunOptions.none model
    /// |> Result.orRaise
    /// </code></example>
    val sample:
        run: RunOptions ->
        model: Model ->
        options: BabbleOptions ->
            Result<Babbled seq, BabbleError>

    /// Gives the header of a sequence in a FASTA file:
    /// `babble-1 log_likelihood=-312.4071 length=120 end=stop`. Numbers are from 1; the end is `stop`, or `cut` at the
    /// most residues.
    val header: babbled: Babbled -> string
