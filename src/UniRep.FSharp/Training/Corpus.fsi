namespace UniRep.Training

open System
open UniRep
open UniRep.IO

/// Many sequences in little memory: a byte a residue and a few bytes a sequence.
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

/// Which sequences of files are taken.
type CorpusFilter =
    {
        /// Shorter sequences are left out.
        MinLength: int
        /// Longer sequences are left out.
        MaxLength: int
        /// Takes sequences that came before once more.
        KeepDuplicates: bool
        /// Leaves out records that are no sequence of residues, instead of taking none at all.
        SkipInvalid: bool
    }

/// What was found in files of sequences.
type CorpusSummary =
    {
        /// Sequences in the files.
        Read: int64
        /// Sequences taken.
        Kept: int64
        /// Sequences left out because they came before.
        Duplicates: int64
        /// Sequences left out because they are too short.
        TooShort: int64
        /// Sequences left out because they are too long.
        TooLong: int64
        /// Records left out because they are no sequence of residues.
        Invalid: int64
        /// Residues taken.
        Residues: int64
        /// How often each letter occurs in what was taken whose embedding was never trained.
        Untrained: Map<char, int64>
        /// What a user should be warned of in what was taken.
        Warnings: string list
    }

/// Makes and examines collections of sequences.
[<RequireQualifiedAccess>]
module Corpus =
    /// Takes every length, and every sequence once.
    val everything: CorpusFilter

    /// Collects sequences in memory, all of them.
    val ofSequences: sequences: Sequence seq -> Corpus

    /// Collects the sequences of files in their order, reading them as streams; gives the first twenty errors if there
    /// is one.
    val read:
        options: InputOptions ->
        filter: CorpusFilter ->
        paths: string list ->
            Result<Corpus * CorpusSummary, InputError list>

    /// Collects the sequences of sources that `open` reads, as `read` does those of files.
    val internal readFrom:
        ``open``: (string -> Result<SequenceRecord, InputError> seq) ->
        filter: CorpusFilter ->
        paths: string list ->
            Result<Corpus * CorpusSummary, InputError list>

    /// Parts the numbers of sequences at random: those to train on, and a fraction held out. If there are two or more
    /// and the fraction is above zero, both parts have at least one.
    val split: seed: uint64 -> fraction: float -> count: int -> int[] * int[]

    /// Parts the numbers of sequences at random into k parts of equal size; each in turn is held out of the rest.
    val folds: seed: uint64 -> k: int -> count: int -> (int[] * int[])[]

    /// Counts the sequences of the second that stand in the first as well.
    val overlap: first: Corpus -> second: Corpus -> int

    /// Gives the SHA-256 of all sequences in their order, in hexadecimal.
    val fingerprint: corpus: Corpus -> string
