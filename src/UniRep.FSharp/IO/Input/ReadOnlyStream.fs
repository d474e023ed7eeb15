namespace UniRep.IO

open System
open System.IO
open UniRep

/// A stream that is read once from its beginning to its end.
[<AbstractClass>]
type internal ReadOnlyStream() =
    inherit Stream()

    override _.CanRead = true
    override _.CanSeek = false
    override _.CanWrite = false
    override _.Length = raise (NotSupportedException())

    override _.Position
        with get () = raise (NotSupportedException())
        and set _ = raise (NotSupportedException())

    override _.Flush() = ()
    override _.Seek(_, _) = raise (NotSupportedException())
    override _.SetLength _ = raise (NotSupportedException())
    override _.Write(_: byte[], _: int, _: int) : unit = raise (NotSupportedException())

/// A stream whose first bytes may be looked at before it is read.
[<Sealed>]
type internal PeekedStream(stream: Stream, count: int) =
    inherit ReadOnlyStream()

    let first =
        let bytes = Array.zeroCreate<byte> 4096
        bytes[.. stream.ReadAtLeast(bytes.AsSpan(), count, false) - 1]

    let mutable given = 0

    /// Whether these are the first bytes; no more than were asked for are available.
    member _.BeginsWith(bytes: byte[]) =
        first.AsSpan().StartsWith(ReadOnlySpan<byte>(bytes))

    override _.Read(buffer: byte[], offset: int, length: int) =
        if given < first.Length then
            let length = min length (first.Length - given)
            Array.Copy(first, given, buffer, offset, length)
            given <- given + length
            length
        else
            stream.Read(buffer, offset, length)
