namespace UniRep

open System.IO

/// Makes outputs.
[<RequireQualifiedAccess>]
module RepFile =
    /// Tells the format by a file's extension.
    val formatOf: path: string -> OutputFormat option

    /// Opens an output of H units: a file, or with None the stream given, which stays open. Temporary files lie beside
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

    /// Tells what is wrong and what to do.
    val describe: error: OutputError -> string
