namespace UniRep.Design

open UniRep
open UniRep.IO

/// A table of variants or sequences, ready to be scored.
type ScoringTable =
    {
        /// The file, as errors name it.
        File: string
        /// The names of all its columns; `id` and `description` of a FASTA file.
        Columns: string list
        /// The cells of each row, as they stand.
        Cells: string[][]
        /// The id of each row: that of the record, or the text of the variant.
        Ids: string[]
        /// The line of each row, from 1.
        Lines: int64[]
        /// What is scored of each row: its sequence, or the region of it.
        Sequences: Sequence[]
        /// The column that was read: that of variants or of sequences; None for a FASTA file.
        Column: string option
    }

/// Reads what is to be scored.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ScoringTable =
    /// Reads the variants of a wild type from the column `mutant`, `variant`, `mutations` or `mutation` of a table, and
    /// checks each of their letters against it; a table without such a column, or a FASTA file, gives its sequences.
    /// `options.SequenceColumn` names a column of sequences instead. Without a wild type sequences are read. A stream has
    /// the format of the options, or of its name's extension; else it is FASTA or one sequence a line.
    val load:
        options: InputOptions ->
        wildType: WildType option ->
        source: TableSource ->
            Result<ScoringTable, ScoringError>

    /// Reads variants from a column with a name of its own.
    val loadVariants:
        options: InputOptions ->
        column: string ->
        wildType: WildType ->
        source: TableSource ->
            Result<ScoringTable, ScoringError>

    /// Finds the first row whose sequence has not as many residues as the wild type: an alignment cannot score it.
    val checkLengths: wildType: WildType -> table: ScoringTable -> Result<unit, ScoringError>

    /// Finds the first name of a column to add that the table has already.
    val checkColumns: added: string seq -> table: ScoringTable -> Result<unit, ScoringError>
