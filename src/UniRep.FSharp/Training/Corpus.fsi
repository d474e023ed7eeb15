namespace UniRep.Training

open System
open UniRep
open UniRep.IO

/// Sequences in compact memory: one byte per residue and a few bytes per sequence.
[<Sealed>]
type Corpus =
    /// Gets the number of sequences.
    member Count: int

    /// Gets the number of residues of all sequences.
    member Residues: int64

    /// Gets the number of residues of a sequence.
    member Length: index: int -> int

    /// Gets the tokens of a sequence, without start and stop.
    member Tokens: index: int -> ReadOnlyMemory<byte>

/// Which sequences of files are used.
type CorpusFilter =
    {
        /// Shorter sequences are skipped.
        MinLength: int
        /// Longer sequences are skipped.
        MaxLength: int
        /// Keeps duplicate sequences.
        KeepDuplicates: bool
        /// Skips records that are not sequences of residues, instead of refusing all files.
        SkipInvalid: bool
    }

/// What was found in files of sequences.
type CorpusSummary =
    {
        /// The number of sequences in the files.
        Read: int64
        /// The number of sequences kept.
        Kept: int64
        /// The number of duplicates skipped.
        Duplicates: int64
        /// The number of sequences skipped because they are too short.
        TooShort: int64
        /// The number of sequences skipped because they are too long.
        TooLong: int64
        /// The number of records skipped because they are not sequences of residues.
        Invalid: int64
        /// The number of residues kept.
        Residues: int64
        /// The letters whose embedding was never trained, and how often each occurs in the kept sequences.
        Untrained: Map<char, int64>
        /// Warnings about the kept sequences, one sentence each.
        Warnings: string list
    }

/// Makes and examines corpora.
[<RequireQualifiedAccess>]
module Corpus =
    /// Keeps every length, and every sequence once.
    val everything: CorpusFilter

    /// Collects all of some sequences.
    val ofSequences: sequences: Sequence seq -> Corpus

    /// Reads the sequences of files in their order; gives the first twenty errors if there are any.
    val read:
        options: InputOptions ->
        filter: CorpusFilter ->
        paths: string list ->
            Result<Corpus * CorpusSummary, InputError list>

    /// Reads sequences as `read` does, with a function that reads a path.
    val internal readFrom:
        ``open``: (string -> Result<SequenceRecord, InputError> seq) ->
        filter: CorpusFilter ->
        paths: string list ->
            Result<Corpus * CorpusSummary, InputError list>

    /// Splits the indices of sequences at random into a training set and a validation set with a fraction of them. If there
    /// are two or more sequences and the fraction is above zero, both sets have at least one.
    val split: seed: uint64 -> fraction: float -> count: int -> int[] * int[]

    /// Splits the indices of sequences at random into k folds of equal size; gives the training and the validation set of
    /// each fold.
    val folds: seed: uint64 -> k: int -> count: int -> (int[] * int[])[]

    /// Counts the sequences of the second that are in the first as well.
    val overlap: first: Corpus -> second: Corpus -> int

    /// Computes the SHA-256 of all sequences in their order, in hexadecimal.
    val fingerprint: corpus: Corpus -> string
