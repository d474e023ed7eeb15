namespace UniRep.Design

open System.IO

/// Where a table is read.
[<RequireQualifiedAccess>]
type TableSource =
    /// A file; a pipe or a device is read to its end.
    | File of path: string
    /// A stream, such as standard input, which is read to its end; errors call it by this name.
    | Stream of name: string * stream: Stream
