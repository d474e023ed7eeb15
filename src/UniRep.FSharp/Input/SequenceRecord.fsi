namespace UniRep

/// One sequence of a file.
type SequenceRecord =
    {
        /// The first word of the header, or the number of the record from 1 where there is none.
        Id: string
        /// The whole header.
        Header: string
        Sequence: Sequence
        /// The line on which the record begins, from 1.
        Line: int64
        /// Whether the header is not UTF-8, and was read as Latin-1.
        IsLatin1: bool
    }

/// How a file is read.
type InputOptions =
    {
        /// The layout; None to tell it by the file's extension.
        Format: InputFormat option
        /// The column of a table that holds sequences; None for `sequence` or the like.
        SequenceColumn: string option
        /// The column of a table that holds ids; None for `id` or the like, or none at all.
        IdColumn: string option
        /// Reads lower-case letters as upper-case ones; implied by alignments.
        UpperCase: bool
        /// Drops one `*` at the end of a sequence, before the gaps there in an alignment.
        TrimStop: bool
        /// Reads letters that are no residues, `?`, and a `*` within a sequence as X; nothing else.
        UnknownAsX: bool
    }
