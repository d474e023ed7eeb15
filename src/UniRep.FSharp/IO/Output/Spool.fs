namespace UniRep.IO

open System
open System.IO
open UniRep

/// A temporary file that grows while its final size is unknown; it is gone once closed, and at the latest with the
/// process where the system allows an open file to have no name.
[<Sealed>]
type internal Spool(path: string) =
    let stream =
        new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.Delete,
            65536,
            FileOptions.DeleteOnClose
        )

    do
        if not (OperatingSystem.IsWindows()) then
            File.Delete path

    /// The file itself.
    member _.Stream = stream

    member _.Length = stream.Length
    member _.Write(bytes: ReadOnlySpan<byte>) = stream.Write bytes

    /// Copies everything written to another stream.
    member _.CopyTo(target: Stream) =
        stream.Position <- 0L
        stream.CopyTo target

    /// The file itself, from its beginning.
    member _.Rewind() =
        stream.Position <- 0L
        stream
