namespace UniRep.Design

open System.IO

[<RequireQualifiedAccess>]
type TableSource =
    | File of path: string
    | Stream of name: string * stream: Stream
