namespace UniRep.Design

open System.IO
open UniRep.IO

/// Where a table goes.
[<RequireQualifiedAccess>]
type TablePlace =
    /// A file, `.csv` or `.tsv`, which is there complete or not at all.
    | File of path: string * overwrite: bool
    /// A stream, such as standard output, as CSV; it stays open.
    | Stream of Stream

/// Writes tables.
[<RequireQualifiedAccess>]
module TableOutput =
    /// Finds out before long work whether a table can be written.
    val check: place: TablePlace -> Result<unit, OutputError>

    /// Writes a header and rows. An exception of the rows leaves no file.
    val write:
        place: TablePlace -> columns: string seq -> rows: string[] seq -> Result<unit, OutputError>

    /// Writes a number with six decimals; empty for NaN.
    val number: value: float -> string
