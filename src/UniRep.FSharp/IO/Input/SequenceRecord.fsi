namespace UniRep.IO

open System.Text.Json.Serialization
open UniRep

/// What of a file's records is read beside sequences and ids.
[<RequireQualifiedAccess>]
type Keep =
    /// These columns of a table; `description`, the header after the id, of a FASTA file.
    | Columns of names: string list
    /// Every column of a table but those of ids and sequences; the description of a FASTA file.
    | Everything
    /// Every column of a table as it stands, in the order of the table, those of ids and sequences too; two may have one
    /// name. The description of a FASTA file.
    | WholeTable

/// Where the parts of a file's records come from; all records of a file share one.
type RecordSource =
    {
        /// The table's column that holds the sequences; None where there is no table.
        SequenceColumn: string option
        /// The table's column that holds the ids; None where rows are numbered or there is no table.
        IdColumn: string option
        /// The number of columns of the table; 0 where there is none.
        ColumnCount: int
        /// The names of what is kept, in the order of `SequenceRecord.Kept`.
        Kept: string list
    }

/// One sequence of a file.
type SequenceRecord =
    {
        /// The first word of the header, the cell of the id column as it stands, or the number of the record from 1.
        Id: string
        /// The whole header.
        Header: string
        Sequence: Sequence
        /// The line on which the record begins, from 1; 0 for a record that comes from no file.
        Line: int64
        /// What `InputOptions.Keep` asks for, as texts; empty if it asks for nothing.
        Kept: string[]
        /// The match columns as ASCII, `-` for a gap, if `InputOptions.KeepAligned` asks for them; the letters of the sequence
        /// if the file is no alignment; else empty.
        Aligned: byte[]
        /// Where the parts come from.
        Source: RecordSource
        /// Whether the header is not UTF-8, and was read as Latin-1.
        IsLatin1: bool
    }

/// How a file is read.
type InputOptions =
    {
        /// The layout; None for that of the file's extension.
        Format: InputFormat option
        /// The column of a table that holds sequences; None for `sequence`, `seq`, `mutated_sequence`,
        /// `protein_sequence`, `aa_sequence`, `amino_acid_sequence` or `primary`, if there is one of these.
        SequenceColumn: string option
        /// The column of a table that holds ids; None for the first that there is of `id`, `entry`, `accession`,
        /// `sequence_id`, `protein_id`, `uniprot_id`, `name`, `mutant`, `variant`, `protein`, and a first column
        /// without a name; else rows are numbered from 1.
        IdColumn: string option
        /// Reads lower-case letters as upper-case ones; implied by alignments.
        UpperCase: bool
        /// Drops one `*` at the end of a sequence, before the gaps there in an alignment.
        TrimStop: bool
        /// Reads letters that are no residues, `?`, and a `*` within a sequence as X; nothing else.
        UnknownAsX: bool
        /// Reads the match columns of an alignment alone, and a gap there as X, so that all sequences have the same length
        /// and residues keep their columns; otherwise gaps are dropped and insertions kept.
        GapsAsX: bool
        /// Fills `SequenceRecord.Aligned`, which `RowIdentity` compares.
        KeepAligned: bool
        /// What else is read of each record; None for nothing, which costs nothing. Training has no use for it.
        [<JsonIgnore>]
        Keep: Keep option
    }

/// Makes records of sequences that come from no file.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module SequenceRecord =
    /// No table, and no other columns.
    val internal noSource: RecordSource

    /// Makes a record of an id and a sequence, without a line and without other columns.
    ///
    /// <example><code>let records = List.map SequenceRecord.ofSequence [ "first", x; "second", y ]</code></example>
    val ofSequence: id: string * sequence: Sequence -> SequenceRecord
