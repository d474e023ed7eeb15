namespace UniRep

open System.IO

/// Makes outputs.
[<RequireQualifiedAccess>]
module RepFile =
    /// Tells the format by a file's extension.
    val formatOf: path: string -> OutputFormat option

    /// Opens an output of H units: a file, or with None the stream given, which stays open. Temporary files lie beside
    /// the file, or in the system's temporary folder. A `.npy` file gets its ids beside it, in `NAME.ids.txt`; on a
    /// stream they are left out.
    val create:
        path: string option ->
        standardOutput: Stream ->
        format: OutputFormat ->
        content: OutputContent ->
        units: int ->
        overwrite: bool ->
            Result<RepWriter, OutputError>

    /// Tells what is wrong and what to do.
    val describe: error: OutputError -> string
