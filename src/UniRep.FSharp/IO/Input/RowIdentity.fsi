namespace UniRep.IO

/// Keeps the rows that are not too much like one that it kept before, one row after another.
[<Sealed>]
type internal RowFilter =
    /// Begins with no row. The limit is above 0 and at most 1, the width the number of columns.
    new: limit: float * width: int -> RowFilter

    /// Gets the number of columns.
    member Width: int

    /// Tells whether a row is kept: it is unless its identity to a row that was kept is above the limit.
    member Take: row: byte[] -> bool

/// Finds the rows of an alignment that are much alike. A row is its match columns as ASCII, one byte a column: a letter for a
/// residue, `-` for a gap (`SequenceRecord.Aligned`).
[<RequireQualifiedAccess>]
module RowIdentity =
    /// Checks whether a limit of identity is above 0 and at most 1.
    val internal isLimit: limit: float -> bool

    /// Computes the identity of two rows, from 0 to 1.
    ///
    /// identity(a, b) = columns in which a and b have the same residue / min(residues of a, residues of b)
    ///
    /// A column with a gap is never the same. X is a letter like the others: it is the same as X alone. Two rows of which one
    /// has no residue have identity 0. So a fragment is as identical to the whole sequence as its own residues are. So
    /// Easel, the library of HMMER, computes it, but without X (`esl-alipid`).
    ///
    /// Raises ArgumentException if the rows differ in length.
    val between: first: byte[] -> second: byte[] -> float

    /// Gives the indices, in ascending order, of rows no two of which are more identical than the limit. Goes through the rows
    /// in their order, and keeps a row unless its identity to one kept before is above the limit; so the first row is always
    /// kept. The limit is above 0 and at most 1; 0.8 means 80 %. Takes time in proportion to rows × kept rows × columns, on
    /// one thread.
    ///
    /// This is the greedy clustering of CD-HIT (Li and Godzik 2006, https://doi.org/10.1093/bioinformatics/btl158), which
    /// HHfilter and MMseqs2 use for alignments too (`-id`, `--max-seq-id`). The differences: those go from the
    /// longest row to the shortest, HHfilter after the query; here the order is that of the file, in which searches put the
    /// best hits first. And HHfilter and MMseqs2 divide by the columns in which both rows have a residue.
    ///
    /// Raises ArgumentOutOfRangeException for another limit, and ArgumentException if the rows differ in length.
    ///
    /// <example><code>let kept = RowIdentity.filter 0.8 (Array.map _.Aligned records)</code></example>
    val filter: limit: float -> rows: byte[][] -> int[]
