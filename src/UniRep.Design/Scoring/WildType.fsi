namespace UniRep.Design

open UniRep
open UniRep.IO

/// Why mutants cannot be scored.
[<RequireQualifiedAccess>]
type ScoringError =
    /// A file of sequences cannot be read, or a mutant does not fit the wild type.
    | Input of FileError
    /// The alignment cannot be read, or is of another protein.
    | Alignment of AlignmentError
    /// The file of the wild type has several sequences.
    | NotOneRecord of file: string * records: int
    /// A region is not within the wild type, whose residues are numbered from `lowest` to `highest`.
    | BadRegion of first: int * last: int * lowest: int * highest: int
    /// A row has a sequence of another length than the wild type, which a region or an alignment needs.
    | OtherLength of file: string * line: int64 * id: string * expected: int * found: int
    /// The table has a column with the name of one that is added.
    | ColumnTaken of file: string * column: string
    /// The result cannot be written.
    | Output of OutputError

    interface IError

    /// Gets what is wrong, where, and what to do.
    member Message: string

/// The protein that mutants are made of, and the numbers of its residues.
type WildType =
    {
        /// The id of its record.
        Id: string
        /// The residues that are read: all, or those of a region.
        Sequence: Sequence
        /// The number of the first of them.
        First: int
        /// The whole protein.
        Whole: Sequence
        /// The number of residues of the whole protein before them.
        Skipped: int
    }

/// Reads wild types.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module WildType =
    /// Reads the sequence of a file that has one; several are an error. Its first residue has the number `offset` + 1. A region is the first and the last
    /// residue that are read, by these numbers; None for the whole protein.
    val load:
        offset: int -> region: (int * int) option -> path: string -> Result<WildType, ScoringError>

    /// The same for a sequence in memory.
    val ofSequence:
        offset: int ->
        region: (int * int) option ->
        id: string ->
        whole: Sequence ->
            Result<WildType, ScoringError>

    /// Gets the number of the last residue that is read.
    val last: wildType: WildType -> int
