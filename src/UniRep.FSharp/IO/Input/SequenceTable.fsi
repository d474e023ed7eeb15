namespace UniRep.IO

open System.IO
open UniRep

/// Sequences with the other columns of their table.
type SequenceTable =
    {
        /// The file, as errors name it.
        File: string
        /// The names of the other columns: all but those of ids and sequences; `description` of a FASTA file.
        Columns: string list
        /// The rows; `SequenceRecord.Kept` holds the cells of these columns.
        Records: SequenceRecord[]
    }

/// Reads tables of sequences, and their columns as texts or numbers.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module SequenceTable =
    /// Reads a table with all its columns (or a FASTA file with its descriptions) into memory.
    ///
    /// <example><code>let table = SequenceTable.load "variants.csv" |> Result.orRaise</code></example>
    val load: path: string -> Result<SequenceTable, FileError>

    /// Reads a table with options; `Keep` chooses the columns, all if it is None.
    val loadWith: options: InputOptions -> path: string -> Result<SequenceTable, FileError>

    /// Reads the variants of a wild type, such as `A42G:K50R`, from the column `mutant`, `variant`, `mutations` or
    /// `mutation` of a table. The sequences are those of the variants, the ids their texts. `first` is the number of the
    /// wild type's first residue, usually 1.
    val loadVariants:
        first: int -> wildType: Sequence -> path: string -> Result<SequenceTable, FileError>

    /// Reads variants with options; `SequenceColumn` names their column.
    val loadVariantsWith:
        options: InputOptions ->
        first: int ->
        wildType: Sequence ->
        path: string ->
            Result<SequenceTable, FileError>

    /// Reads a table from a stream, such as standard input, as `loadWith` reads a file. Errors call the stream `name`; the
    /// format is that of the options, or of the name's extension.
    val readWith:
        options: InputOptions -> name: string -> stream: Stream -> Result<SequenceTable, FileError>

    /// Reads variants from a table in a stream.
    val readVariantsWith:
        options: InputOptions ->
        first: int ->
        wildType: Sequence ->
        name: string ->
        stream: Stream ->
            Result<SequenceTable, FileError>

    /// Gives the cells of a column as they stand.
    val cells: column: string -> table: SequenceTable -> Result<string[], FileError>

    /// Gives the numbers of a column, written with a decimal point; None where a cell is empty, NA, N/A, NaN, NULL or None.
    /// Any other text, and infinity, is an error with its line.
    val numbers: column: string -> table: SequenceTable -> Result<float option[], FileError>
