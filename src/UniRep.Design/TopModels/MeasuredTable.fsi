namespace UniRep.Design

open UniRep
open UniRep.IO

/// Why a table of measurements cannot be used.
[<RequireQualifiedAccess>]
type MeasuredTableError =
    /// The file cannot be read, a column is missing, a mutant does not fit the wild type, or a cell is text.
    | Input of FileError
    /// A cell of the measured column is empty, or says that there is no number.
    | NoMeasurement of file: string * line: int64 * column: string * cell: string
    /// Two rows give the same protein different values.
    | Contradiction of
        file: string *
        line: int64 *
        earlier: int64 *
        column: string *
        value: float *
        earlierValue: float

    interface IError

    /// Gets where and what is wrong, and what to do.
    member Message: string

/// Measured proteins.
type MeasuredTable =
    {
        Table: SequenceTable
        Sequences: Sequence[]
        /// The mutated positions of each row, if there is a wild type of the same length as every row.
        Positions: int[][] option
        /// The measurements.
        Values: float[]
    }

/// Reads measured proteins.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module MeasuredTable =
    /// Reads a table of variants of a wild type, whose first residue has the number `first`, or of whole sequences where the
    /// table has no column of variants, or where there is no wild type. A stream has the format of the options, or of its name's
    /// extension; else it is FASTA or one sequence a line.
    val loadTable:
        options: InputOptions ->
        wildType: (int * Sequence) option ->
        source: TableSource ->
            Result<SequenceTable, FileError>

    /// Reads a table and one of its columns: a number in each row. The same protein may be there more than once, with the same
    /// value.
    val load:
        options: InputOptions ->
        wildType: (int * Sequence) option ->
        column: string ->
        source: TableSource ->
            Result<MeasuredTable, MeasuredTableError>
