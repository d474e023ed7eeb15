namespace UniRep.IO

open System
open System.IO
open UniRep

/// What is read next of deflated data.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type internal InflaterState =
    | BetweenBlocks
    | Stored of left: int
    | Coded of literals: PrefixCode * distances: PrefixCode

/// What RFC 1951 lays down.
[<RequireQualifiedAccess>]
module internal Deflate =
    [<Literal>]
    let Window = 32768

    [<Literal>]
    let LongestMatch = 258

    /// The first value of each symbol, the first of all given, if symbols have so many further bits.
    let private bases first (bits: int[]) =
        bits |> Array.scan (fun value bits -> value + (1 <<< bits)) first

    let lengthBits =
        Array.init 29 (fun symbol -> if symbol = 28 then 0 else max 0 (symbol / 4 - 1))

    let lengthBases = Array.updateAt 28 LongestMatch (bases 3 lengthBits)
    let distanceBits = Array.init 30 (fun symbol -> max 0 (symbol / 2 - 1))
    let distanceBases = bases 1 distanceBits

    /// In which order the numbers of bits of numbers of bits stand.
    let orderOfLengths =
        "\016\017\018\000\008\007\009\006\010\005\011\004\012\003\013\002\014\001\015"B

    let fixedCodes =
        let literals =
            Array.init 288 (fun symbol ->
                if symbol < 144 then 8uy
                elif symbol < 256 then 9uy
                elif symbol < 280 then 7uy
                else 8uy)

        InflaterState.Coded(
            (PrefixCode.ofLengths literals).Value,
            (PrefixCode.ofLengths (Array.create 32 5uy)).Value
        )

/// Decompresses deflated data (RFC 1951) and takes not one byte of what follows them, which .NET's DeflateStream does:
/// it cannot tell where a gzip member ends.
[<Sealed>]
type internal Inflater(bytes: CompressedBytes) =
    let output = Array.zeroCreate<byte>(4 * Deflate.Window)
    let mutable written = 0
    let mutable given = 0
    let mutable bits = 0u
    let mutable bitCount = 0
    let mutable isLast = false
    let mutable isFinished = false
    let mutable state = InflaterState.BetweenBlocks

    let damaged () : 'a =
        raise (InvalidDataException $"damaged at byte {bytes.Offset - 1L}")

    let addByte () =
        bits <- bits ||| (uint32 (bytes.Next()) <<< bitCount)
        bitCount <- bitCount + 8

    let drop count =
        bits <- bits >>> count
        bitCount <- bitCount - count

    let take count =
        while bitCount < count do
            addByte ()

        let value = int (bits &&& ((1u <<< count) - 1u))
        drop count
        value

    let decode (code: PrefixCode) =
        let mask = (1u <<< code.LongestBits) - 1u
        let mutable entry = int code.Entries[int (bits &&& mask)]

        while entry = 0 || (entry &&& 15) > bitCount do
            if entry = 0 && bitCount >= code.LongestBits then
                damaged ()

            addByte ()
            entry <- int code.Entries[int (bits &&& mask)]

        drop (entry &&& 15)
        entry >>> 4

    let codeOf lengths =
        match PrefixCode.ofLengths lengths with
        | Some code -> code
        | None -> damaged ()

    let readCodes () =
        let literalCount = take 5 + 257
        let distanceCount = take 5 + 1
        let lengthCount = take 4 + 4

        if literalCount > 286 || distanceCount > 30 then
            damaged ()

        let ofLengths = Array.zeroCreate<byte> 19

        for index in 0 .. lengthCount - 1 do
            ofLengths[int Deflate.orderOfLengths[index]] <- byte (take 3)

        let code = codeOf ofLengths
        let lengths = Array.zeroCreate<byte>(literalCount + distanceCount)
        let mutable at = 0

        let repeat value count =
            if count > lengths.Length - at then
                damaged ()

            Array.fill lengths at count value
            at <- at + count

        while at < lengths.Length do
            match decode code with
            | 16 when at = 0 -> damaged ()
            | 16 -> repeat lengths[at - 1] (take 2 + 3)
            | 17 -> repeat 0uy (take 3 + 3)
            | 18 -> repeat 0uy (take 7 + 11)
            | length -> repeat (byte length) 1

        if lengths[256] = 0uy then
            damaged ()

        InflaterState.Coded(codeOf lengths[.. literalCount - 1], codeOf lengths[literalCount..])

    let beginBlock () =
        isLast <- take 1 = 1

        match take 2 with
        | 0 ->
            drop bitCount
            let length = take 16

            if take 16 <> (length ^^^ 0xFFFF) then
                damaged ()

            InflaterState.Stored length
        | 1 -> Deflate.fixedCodes
        | 2 -> readCodes ()
        | _ -> damaged ()

    let endBlock () =
        isFinished <- isLast
        state <- InflaterState.BetweenBlocks

    let copyMatch length distances =
        let symbol = decode distances

        if symbol >= Deflate.distanceBits.Length then
            damaged ()

        let distance = Deflate.distanceBases[symbol] + take Deflate.distanceBits[symbol]

        if distance > written then
            damaged ()

        for at in written .. written + length - 1 do
            output[at] <- output[at - distance]

        written <- written + length

    let copyStored left =
        let count = min left (output.Length - written)

        for at in written .. written + count - 1 do
            output[at] <- byte (bytes.Next())

        written <- written + count
        state <- InflaterState.Stored(left - count)

    let hasRoom () =
        written + Deflate.LongestMatch <= output.Length

    let copyCoded literals distances =
        let mutable isOver = false

        while not isOver && hasRoom () do
            match decode literals with
            | symbol when symbol < 256 ->
                output[written] <- byte symbol
                written <- written + 1
            | 256 ->
                endBlock ()
                isOver <- true
            | symbol when symbol > 285 -> damaged ()
            | symbol ->
                let length =
                    Deflate.lengthBases[symbol - 257] + take Deflate.lengthBits[symbol - 257]

                copyMatch length distances

    /// Brings what is written next behind the last 32 KiB, which it may repeat.
    let decompress () =
        if written > Deflate.Window then
            Buffer.BlockCopy(output, written - Deflate.Window, output, 0, Deflate.Window)
            written <- Deflate.Window

        given <- written

        while not isFinished && hasRoom () do
            match state with
            | InflaterState.BetweenBlocks -> state <- beginBlock ()
            | InflaterState.Stored 0 -> endBlock ()
            | InflaterState.Stored left -> copyStored left
            | InflaterState.Coded(literals, distances) -> copyCoded literals distances

    /// Gives the next decompressed bytes, or 0 at the end.
    member _.Read(target: Span<byte>) =
        if given = written && not isFinished then
            decompress ()

        let count = min target.Length (written - given)
        output.AsSpan(given, count).CopyTo target
        given <- given + count
        count

    /// Makes ready for the data of another member.
    member _.Restart() =
        written <- 0
        given <- 0
        bits <- 0u
        bitCount <- 0
        isFinished <- false
        state <- InflaterState.BetweenBlocks
