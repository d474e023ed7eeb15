namespace UniRep.IO

open UniRep

/// Why files of sequences could not be read, or files of representations not be written.
[<RequireQualifiedAccess>]
type FileError =
    /// The first twenty errors of an input, and how many there are.
    | Input of errors: InputError list * count: int64
    /// The error of an output.
    | Output of OutputError

    interface IError

    /// Gets what is wrong; each error has a line of its own.
    member Message: string
