namespace UniRep

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression

/// A gzip file of one member or several, read as the text within. Unlike GZipStream it notices, at the end, if the file
/// was cut off: a gzip file closes with the checksum and the length of what its last member held.
[<Sealed>]
type internal GzipFile(path: string) =
    inherit Stream()

    let refuse reason : 'a = raise (InvalidDataException reason)

    let decompress () =
        new GZipStream(File.OpenRead path, CompressionMode.Decompress)

    do
        use file = File.OpenRead path

        if file.ReadByte() <> 0x1F || file.ReadByte() <> 0x8B then
            refuse "it does not begin like a gzip file"

    let inner = decompress ()
    let mutable total = 0L
    let mutable verified = false

    static let table =
        Array.init 256 (fun index ->
            (uint32 index, [ 1..8 ])
            ||> List.fold (fun crc _ ->
                if crc &&& 1u = 1u then
                    0xEDB88320u ^^^ (crc >>> 1)
                else
                    crc >>> 1))

    static let append (crc: uint32) (bytes: ReadOnlySpan<byte>) =
        let mutable crc = crc

        for byte in bytes do
            crc <- table[int ((crc ^^^ uint32 byte) &&& 0xFFu)] ^^^ (crc >>> 8)

        crc

    /// The checksum and length at the file's end.
    let trailer () =
        use file = File.OpenRead path
        let bytes = Array.zeroCreate<byte> 8

        if file.Length < 18L then
            refuse "it ends too early"

        file.Seek(-8L, SeekOrigin.End) |> ignore
        file.ReadExactly(bytes.AsSpan())

        struct (BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan(bytes, 0, 4)),
                BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan(bytes, 4, 4)))

    /// The checksum of the last bytes of the text, which are the last member's if the file has several.
    let checksumOfLast (length: int64) =
        use again = decompress ()
        let buffer = Array.zeroCreate<byte> 81920
        let mutable skipped = 0L
        let mutable crc = UInt32.MaxValue
        let mutable count = again.Read(buffer, 0, buffer.Length)

        while count > 0 do
            let skip = int (min (int64 count) (max 0L (total - length - skipped)))
            crc <- append crc (ReadOnlySpan(buffer, skip, count - skip))
            skipped <- skipped + int64 skip
            count <- again.Read(buffer, 0, buffer.Length)

        ~~~crc

    let verify () =
        if not verified then
            verified <- true
            let struct (checksum, length) = trailer ()

            let isWhole =
                uint32 total = length
                || length = 0u && checksum = 0u
                || int64 length <= total && checksumOfLast (int64 length) = checksum

            if not isWhole then
                refuse "it ends too early"

    override _.CanRead = true
    override _.CanSeek = false
    override _.CanWrite = false
    override _.Length = raise (NotSupportedException())

    override _.Position
        with get () = total
        and set _ = raise (NotSupportedException())

    override _.Flush() = ()
    override _.Seek(_, _) = raise (NotSupportedException())
    override _.SetLength _ = raise (NotSupportedException())
    override _.Write(_: byte[], _: int, _: int) : unit = raise (NotSupportedException())

    override _.Read(buffer: byte[], offset: int, length: int) =
        let count = inner.Read(buffer, offset, length)
        total <- total + int64 count

        if count = 0 && length > 0 then
            verify ()

        count

    override _.Dispose disposing =
        if disposing then
            inner.Dispose()
