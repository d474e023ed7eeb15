namespace UniRep.IO

open UniRep

/// A format of files of representations.
[<RequireQualifiedAccess>]
type OutputFormat =
    /// NumPy's archive of arrays: ids, lengths, one array per pool, meta.
    | Npz
    /// One pool as one array; the ids go to a text file beside it.
    | Npy
    /// A table, values separated by commas: id, length, then one column per unit.
    | CsvTable
    /// The same, separated by tabs.
    | TsvTable
    /// One JSON object a line.
    | JsonLines
    /// Arrays with a JSON header; ids and meta in its metadata.
    | SafetensorsArrays

    /// Gets the name that options give it.
    member Name: string

    /// Gets its file extensions, in lower case, with the dot.
    member Extensions: string list

    /// Gets a description of a few words.
    member Description: string

    /// Gets whether a file of it is text, which may be shown on a terminal.
    member IsText: bool

    /// Gets whether one file holds several pools.
    member HoldsSeveralPools: bool

    /// Gets whether it holds the hidden state after each residue.
    member HoldsStates: bool

/// What is known of an output format.
type internal OutputFormatRow =
    {
        Name: string
        Extensions: string list
        Description: string
        IsText: bool
        HoldsSeveralPools: bool
        HoldsStates: bool
        /// Whether its columns are files of an archive.
        IsArchive: bool
        /// Endings of the names of files that it may write beside its own.
        Companions: string list
        /// Columns of the caller's that it can hold.
        MostColumns: int
        /// The names of its own columns, for a content and H units.
        Reserved: OutputContent -> int -> Set<string>
        /// Makes the writer, for a content that the format holds and H units.
        Open: OutputPlace -> string list -> OutputContent -> int -> RepWriter
    }

/// The table of output formats: help texts, messages, docs and writers are made from it.
module internal OutputFormatTable =
    /// Gives the row of a format.
    val row: format: OutputFormat -> OutputFormatRow

/// Lists the output formats.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module OutputFormat =
    /// Gets every format.
    val all: OutputFormat list

    /// Gets the vectors that are written if nothing else is asked for: average, final and cell, or the average alone if the
    /// format holds one array.
    val usualPools: format: OutputFormat -> Pool list
