namespace UniRep

open System
open System.IO

/// Exceptions that the file system raises when it cannot read or write.
[<RequireQualifiedAccess>]
module internal FileFailure =
    /// Checks whether an exception of reading or writing files is the file system's. A file that grows beyond what is
    /// allowed is an argument out of its range to .NET.
    let isOne (error: exn) =
        match error with
        | :? IOException
        | :? UnauthorizedAccessException
        | :? ArgumentOutOfRangeException -> true
        | _ -> false

    /// The reason, without the path.
    let reasonOf (error: exn) =
        match error with
        | :? ArgumentOutOfRangeException -> "the file would be larger than is allowed here"
        | error -> (error.Message.Split " : '")[0]
