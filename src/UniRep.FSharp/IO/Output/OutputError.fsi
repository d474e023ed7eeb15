namespace UniRep.IO

open UniRep

/// Why an output cannot be made.
[<RequireQualifiedAccess>]
type OutputError =
    /// The file's extension is not that of a format.
    | UnknownOutputFormat of path: string
    /// One file of the format holds one pool.
    | SeveralPools of format: OutputFormat
    /// The format does not hold the states after each residue.
    | NoStates of format: OutputFormat
    /// The format puts columns into a file beside its own, and a stream has none beside it.
    | NoPlaceForColumns of format: OutputFormat
    /// The file is there, and is not to be overwritten.
    | AlreadyExists of path: string
    /// The file cannot be written.
    | NotWritable of path: string * reason: string
    /// Another run is writing the file.
    | Busy of path: string
    /// The format cannot hold a column beside its own.
    | UnwritableColumn of format: OutputFormat * column: string * reason: string
    /// There is not one representation to write.
    | NothingToWrite of path: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string
