namespace UniRep

/// Why a text is not a protein sequence. Positions count from 1.
[<RequireQualifiedAccess>]
type SequenceError =
    /// The text holds no residue.
    | EmptySequence
    /// A character that is no residue stands at a position of the text.
    | UnknownResidue of symbol: char * position: int

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// One sequence of several that could not be read.
type InvalidSequence =
    {
        /// Which one, counted from 0.
        Index: int
        /// What is wrong with it.
        Error: SequenceError
    }

    interface IError

    /// Gets which sequence is wrong, counted from 1, and what is wrong with it.
    member Message: string


/// Which letters are taken for residues. The 20 standard residues and X B Z J U O always are.
type LetterPolicy =
    {
        /// Takes lower-case letters as upper-case ones.
        UpperCase: bool
        /// Drops one `*` at the end, before the gaps there if gaps are dropped.
        TrimStop: bool
        /// Drops the gaps `-` and `.` of an alignment.
        DropGaps: bool
        /// Keeps the match columns of an alignment (A2M, A3M) alone: lower-case letters and `.` are dropped, `-` is read
        /// as X.
        MatchColumns: bool
        /// Takes letters that are no residues, `?`, and a `*` that is not the last for X. Everything else stays an error:
        /// `>`, digits, gaps and byte order marks are signs that the text is more than one sequence, or none.
        UnknownAsX: bool
    }

/// A protein sequence of at least one residue: letters that the model knows.
[<Sealed>]
type Sequence =
    interface System.IEquatable<Sequence>
    interface IDisplay

    /// Gets the letters.
    member Letters: string

    /// Gets the token of every residue, without start and stop, `[L]`.
    member Tokens: System.ReadOnlyMemory<byte>

    /// Gets the number of residues L.
    member Length: int

    /// Gives an HTML fragment for notebooks: the letters in blocks of ten, numbered.
    member ToHtml: unit -> string

/// Makes and examines sequences.
[<RequireQualifiedAccess>]
module Sequence =
    /// Accepts upper-case letters only, and nothing else.
    val strict: LetterPolicy

    /// Reads a sequence under the strict policy; null raises ArgumentNullException.
    val parse: text: string -> Result<Sequence, SequenceError>

    /// Reads a sequence under a policy; the position in an error counts the characters of the text from 1. Null raises
    /// ArgumentNullException.
    val parseWith: policy: LetterPolicy -> text: string -> Result<Sequence, SequenceError>

    /// Takes some residues of a sequence, from a place counted from 0.
    ///
    /// Raises ArgumentOutOfRangeException if they are not within the sequence, or none.
    val slice: start: int -> length: int -> sequence: Sequence -> Sequence

    /// Counts the letters whose embeddings were never trained (X B Z J U O), in alphabetical order.
    val untrained: sequence: Sequence -> (char * int) list
