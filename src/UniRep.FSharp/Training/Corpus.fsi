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
        /// Leaves out each row of an alignment whose identity to one that is kept before it is above this, as
        /// `RowIdentity.filter` does, in every file by itself; None keeps all. Above 0 and at most 1.
        MaxIdentity: float option
        /// Skips records that are not sequences of residues, instead of refusing all files.
        SkipInvalid: bool
    }

/// What is left of alignments without close relatives.
type IdentityReport =
    {
        /// `CorpusFilter.MaxIdentity`.
        Limit: float
        /// The number of rows that were compared: all but those that are too short or too long.
        Rows: int64
        /// The number of rows that remain.
        Remaining: int64
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
        /// What close relatives leave; None without `CorpusFilter.MaxIdentity`.
        Identity: IdentityReport option
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

    /// Reads the sequences of files in their order; gives the first twenty errors if there are any. Raises
    /// ArgumentOutOfRangeException if the maximal identity is not above 0 and at most 1.
    val read:
        options: InputOptions ->
        filter: CorpusFilter ->
        paths: string list ->
            Result<Corpus * CorpusSummary, InputError list>

    /// Reads sequences as `read` does, from files that have a name and records.
    val internal readFrom:
        filter: CorpusFilter ->
        files: (string * Result<SequenceRecord, InputError> seq) seq ->
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
