namespace UniRep.IO

open System.IO
open UniRep

/// The bytes of a compressed file one by one, and where they stand.
[<Sealed>]
type internal CompressedBytes(stream: Stream) =
    let buffer = Array.zeroCreate<byte> 65536
    let mutable at = 0
    let mutable filled = 0
    let mutable before = 0L

    /// Where the next byte stands in the file, from 0.
    member _.Offset = before + int64 at

    /// Gives the next byte, or -1 at the end of the file.
    member _.TryNext() =
        if at = filled then
            before <- before + int64 filled
            at <- 0
            filled <- stream.Read(buffer, 0, buffer.Length)

        if at = filled then
            -1
        else
            at <- at + 1
            int buffer[at - 1]

    /// Gives the next byte of a file that must not end here.
    member this.Next() =
        match this.TryNext() with
        | -1 -> raise (InvalidDataException $"cut off at byte {this.Offset}")
        | value -> value
