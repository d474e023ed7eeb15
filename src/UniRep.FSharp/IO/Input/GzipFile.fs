namespace UniRep.IO

open System
open System.IO
open UniRep

/// The checksum of gzip files.
[<RequireQualifiedAccess>]
module internal Crc32 =
    let private table =
        Array.init 256 (fun index ->
            (uint32 index, [ 1..8 ])
            ||> List.fold (fun crc _ ->
                if crc &&& 1u = 1u then
                    0xEDB88320u ^^^ (crc >>> 1)
                else
                    crc >>> 1))

    /// The checksum of some bytes after those of a checksum; 0 is that of none.
    let append (checksum: uint32) (bytes: ReadOnlySpan<byte>) =
        let mutable crc = ~~~checksum

        for value in bytes do
            crc <- table[int ((crc ^^^ uint32 value) &&& 0xFFu)] ^^^ (crc >>> 8)

        ~~~crc

/// The text within a gzip file (RFC 1952) of any number of members, read once and forward. The checksum and the length
/// of every member are compared, and nothing but zeros may follow the last one; BGZF, as bgzip writes it, must besides
/// end with its empty block, without which it is cut off. InvalidDataException says what is wrong.
[<Sealed>]
type internal GzipFile(stream: Stream) =
    inherit ReadOnlyStream()

    let bytes = CompressedBytes stream
    let inflater = Inflater bytes
    let mutable memberStart = 0L
    let mutable headerChecksum = 0u
    let mutable checksum = 0u
    let mutable length = 0L
    let mutable isBgzf = false
    let mutable ended = false

    let refuse reason : 'a = raise (InvalidDataException reason)

    /// How many zeros follow, if nothing else follows them.
    let zerosToEnd () =
        let mutable count = 0L
        let mutable value = bytes.TryNext()

        while value = 0 do
            count <- count + 1L
            value <- bytes.TryNext()

        if value = -1 then ValueSome count else ValueNone

    let cutWithZeros count : 'a =
        refuse $"cut off: from byte {bytes.Offset - count} on it holds nothing but zeros"

    let number count next =
        (0uL, [ 0 .. count - 1 ])
        ||> List.fold (fun value place -> value ||| (uint64 (next (): int) <<< (8 * place)))

    /// Whether one of a header's extra fields is BGZF's.
    let hasBlockSize (extra: byte[]) =
        let mutable at = 0
        let mutable isFound = false

        while at + 4 <= extra.Length do
            isFound <- isFound || extra[at] = byte 'B' && extra[at + 1] = byte 'C'
            at <- at + 4 + int extra[at + 2] + 256 * int extra[at + 3]

        isFound

    /// Reads a member's header after its first byte.
    let readHeader () =
        memberStart <- bytes.Offset - 1L
        headerChecksum <- Crc32.append 0u (ReadOnlySpan [| 0x1Fuy |])

        let next () =
            let value = bytes.Next()
            headerChecksum <- Crc32.append headerChecksum (ReadOnlySpan [| byte value |])
            value

        let skipText () =
            while next () <> 0 do
                ()

        if next () <> 0x8B then
            refuse $"damaged at byte {memberStart}: no gzip member begins there"

        let compression = next ()
        let flags = next ()

        if compression <> 8 || flags > 31 then
            refuse $"damaged at byte {memberStart}: the header of a gzip member has unknown values"

        number 6 next |> ignore

        let extra =
            if flags &&& 4 = 0 then
                [||]
            else
                Array.init (int (number 2 next)) (fun _ -> byte (next ()))

        isBgzf <- hasBlockSize extra

        if flags &&& 8 <> 0 then
            skipText ()

        if flags &&& 16 <> 0 then
            skipText ()

        if flags &&& 2 <> 0 then
            let expected = headerChecksum &&& 0xFFFFu

            if uint32 (number 2 next) <> expected then
                refuse $"the header of the gzip member at byte {memberStart} has a wrong checksum"

        checksum <- 0u
        length <- 0L
        inflater.Restart()

    let checkMember () =
        let expected = uint32 (number 4 bytes.Next)
        let expectedLength = uint32 (number 4 bytes.Next)

        if expected <> checksum || expectedLength <> uint32 length then
            if expectedLength = 0u && uint32 length <> 0u then
                match zerosToEnd () with
                | ValueSome count -> cutWithZeros (count + 4L)
                | ValueNone -> ()

            let what = if expected <> checksum then "checksum" else "length"

            refuse
                $"wrong {what}: the gzip member at byte {memberStart} does not hold what was compressed"

    /// Goes on to the next member, or to the end.
    let goOn () =
        let at = bytes.Offset

        match bytes.TryNext() with
        | 0x1F -> readHeader ()
        | first when first = -1 || first = 0 && (zerosToEnd ()).IsSome ->
            if isBgzf && length > 0L then
                refuse $"cut off at byte {at}: the empty block at the end of a BGZF file is missing"

            ended <- true
        | 0 -> refuse $"damaged at byte {at}: zeros where a gzip member should begin"
        | _ -> refuse $"damaged at byte {at}: what follows there is not gzip"

    do
        match bytes.TryNext() with
        | 0x1F -> readHeader ()
        | -1 -> refuse "cut off: it is empty"
        | _ -> refuse "it does not begin like a gzip file"

    override _.Read(buffer: byte[], offset: int, count: int) =
        let inflate () =
            try
                inflater.Read(Span(buffer, offset, count))
            with :? InvalidDataException ->
                match zerosToEnd () with
                | ValueSome zeros when zeros > 0L -> cutWithZeros zeros
                | _ -> reraise ()

        let mutable given = inflate ()

        while given = 0 && count > 0 && not ended do
            checkMember ()
            goOn ()
            given <- inflate ()

        checksum <- Crc32.append checksum (ReadOnlySpan(buffer, offset, given))
        length <- length + int64 given
        given
