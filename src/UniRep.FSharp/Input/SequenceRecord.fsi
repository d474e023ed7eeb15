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
        /// Reads lower-case letters as upper-case ones; implied by `.a2m`.
        UpperCase: bool
        /// Drops one `*` at the end of a sequence.
        TrimStop: bool
        /// Reads what is no residue as X.
        UnknownAsX: bool
    }
