namespace UniRep.IO

open System.IO
open UniRep

/// How representations are saved.
type SaveOptions =
    {
        /// The format; None for that of the file's extension.
        Format: OutputFormat option
        /// Which vectors are written; None for average, final and cell, or the average alone if the format holds one array.
        Pools: Pool list option
        /// Whether an existing file is replaced.
        Overwrite: bool
        /// A JSON text about how the representations were made, for formats that hold one.
        Meta: string
    }

/// Writes files of representations.
[<RequireQualifiedAccess>]
module RepFile =
    /// Gets the format that a file's extension says; None if it says none.
    val formatOf: path: string -> OutputFormat option

    /// Opens an output of H units: a file, or with None the stream given, which stays open. Temporary files are beside
    /// the file, or in the system's temporary folder; those of a run that was killed are removed by the next run of the
    /// same output. Only one run at a time may write a file. A path that is a link is followed: the link stays. Pipes and
    /// `/dev/null` are written to as they are. A `.npy` file gets its ids beside it, in `NAME.ids.txt`; on a stream they
    /// are left out.
    val create:
        path: string option ->
        standardOutput: Stream ->
        format: OutputFormat ->
        content: OutputContent ->
        units: int ->
        overwrite: bool ->
            Result<RepWriter, OutputError>

    /// Opens an output as `create` does, with columns of the caller's, whose cells go to `RepWriter.Write`: columns of a
    /// table after `length`; fields of JSON; arrays `column.NAME` of an archive; an object of lists in the metadata of
    /// safetensors, under `columns`; `NAME.columns.csv` beside a `.npy` file. Cells are texts, written as they are.
    val createWithColumns:
        columns: string list ->
        path: string option ->
        standardOutput: Stream ->
        format: OutputFormat ->
        content: OutputContent ->
        units: int ->
        overwrite: bool ->
            Result<RepWriter, OutputError>

    /// Gives the paths of the files that an output of a format is made of.
    val filesOf: format: OutputFormat -> path: string -> string list

    /// Gets the usual options: the format by the extension, no overwriting.
    val saving: SaveOptions

    /// Writes representations with the ids, lengths and kept columns of their records. The format is that of the extension;
    /// an existing file is an error; nothing half-written stays. Gives what a user should know of how the file was written,
    /// in sentences: that a tab in an id of a TSV became a blank. Raises ArgumentException if the representations differ in
    /// size.
    ///
    /// <example><code>
    /// let warnings = records |> Model.embed model |> RepFile.save "proteins.npz" |> Result.orRaise
    /// </code></example>
    val save: path: string -> reps: (SequenceRecord * Rep) seq -> Result<string list, FileError>

    /// Writes representations as `save` does, with options.
    val saveWith:
        options: SaveOptions ->
        path: string ->
        reps: (SequenceRecord * Rep) seq ->
            Result<string list, FileError>

    /// Writes representations of sequences that come from no file, each with an id.
    val saveNamed:
        path: string -> reps: (string * Sequence * Rep) seq -> Result<string list, FileError>
