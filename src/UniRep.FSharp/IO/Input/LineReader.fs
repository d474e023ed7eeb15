namespace UniRep.IO

open System
open System.Buffers
open System.IO
open System.Text
open System.Text.Unicode
open UniRep

/// Reads lines of any length, which end with LF, CR or both, and counts them.
[<Sealed>]
type internal LineReader(file: string, stream: Stream) =
    /// A power of two times the buffer's first size; what has longer lines is no file of sequences.
    static let longest = 1 <<< 26

    let mutable buffer = Array.zeroCreate<byte> 131072
    let mutable start = 0
    let mutable filled = 0
    let mutable number = 0L
    let mutable badByte = 0
    let mutable hasEnd = false
    let mutable ended = false
    /// Whether the line before ended with CR, so that an LF that follows belongs to it.
    let mutable afterReturn = false

    /// Brings more bytes behind those that are still to be read.
    let fill () =
        if start > 0 then
            Buffer.BlockCopy(buffer, start, buffer, 0, filled - start)
            filled <- filled - start
            start <- 0

        if filled = longest then
            raise (InputRefused(InputError.TooLong(file, number + 1L, longest)))

        if filled = buffer.Length then
            Array.Resize(&buffer, 2 * buffer.Length)

        let count =
            InputText.guard file (fun () -> stream.Read(buffer, filled, buffer.Length - filled))

        filled <- filled + count
        ended <- count = 0

    let text length =
        let bytes = ReadOnlySpan(buffer, start, length)
        let isText = Utf8.IsValid bytes
        badByte <- if isText then 0 else LineReader.ValidPrefix bytes + 1

        let mark =
            if number = 1L && bytes.StartsWith(ReadOnlySpan [| 0xEFuy; 0xBBuy; 0xBFuy |]) then
                3
            else
                0

        let encoding = if isText then Encoding.UTF8 else Encoding.Latin1
        encoding.GetString(buffer, start + mark, length - mark)

    let rec next searched : string | null =
        if afterReturn && start < filled then
            afterReturn <- false

            if buffer[start] = byte '\n' then
                start <- start + 1

        match
            ReadOnlySpan(buffer, start + searched, filled - start - searched)
                .IndexOfAny(byte '\n', byte '\r')
        with
        | -1 when ended ->
            if filled = start then
                null
            else
                number <- number + 1L
                hasEnd <- false
                let line = text (filled - start)
                start <- filled
                line
        | -1 ->
            let searched = filled - start
            fill ()
            next searched
        | at ->
            number <- number + 1L
            hasEnd <- true
            let line = text (searched + at)
            afterReturn <- buffer[start + searched + at] = byte '\r'
            start <- start + searched + at + 1
            line

    /// The most bytes of one line.
    static member Longest = longest

    /// How many bytes come before the first that is not UTF-8.
    static member ValidPrefix(bytes: ReadOnlySpan<byte>) =
        let mutable good = 0
        let mutable rune = Rune()
        let mutable consumed = 0

        while Rune.DecodeFromUtf8(bytes.Slice good, &rune, &consumed) = OperationStatus.Done do
            good <- good + consumed

        good

    /// The number of the line read last, from 1.
    member _.Number = number

    /// The first byte, from 1, of the line read last that is not UTF-8, or 0. Such a line is read as Latin-1.
    member _.BadByte = badByte

    /// Gives the next line without its end, or null.
    member _.Read() = next 0

    /// Gives the next line without the NUL before it with which MMseqs2 ends the entry above.
    member this.ReadEntry() : string | null =
        match this.Read() with
        | null -> null
        | line when
            line.StartsWith '\000'
            && (line.Length = 1 && not hasEnd
                || line.Length > 1 && (line[1] = '>' || line[1] = '#'))
            ->
            line[1..]
        | line -> line
