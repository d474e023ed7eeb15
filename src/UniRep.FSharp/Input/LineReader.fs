namespace UniRep

open System
open System.Buffers
open System.IO
open System.Text
open System.Text.Unicode

/// Ends the reading of a file; caught where records are made.
exception internal InputRefused of InputError

/// Reads UTF-8 lines of any length, and knows the number of the line at hand.
[<Sealed>]
type internal LineReader(file: string, stream: Stream) =
    /// A power of two times the buffer's first size; what has longer lines is no file of sequences.
    static let longest = 1 <<< 28

    let mutable buffer = Array.zeroCreate<byte> 131072
    let mutable start = 0
    let mutable filled = 0
    let mutable number = 0L
    let mutable ended = false

    let refuse error : 'a = raise (InputRefused error)

    /// Brings more bytes behind those that are still to be read.
    let fill () =
        if start > 0 then
            Buffer.BlockCopy(buffer, start, buffer, 0, filled - start)
            filled <- filled - start
            start <- 0

        if filled = longest then
            refuse (
                CannotRead(
                    file,
                    $"line {number + 1L} is longer than {longest} bytes: is this a file of sequences?"
                )
            )

        if filled = buffer.Length then
            Array.Resize(&buffer, 2 * buffer.Length)

        let count =
            try
                stream.Read(buffer, filled, buffer.Length - filled)
            with
            | :? InvalidDataException as error -> refuse (BadGzip(file, error.Message))
            | :? IOException as error -> refuse (CannotRead(file, error.Message))
            | :? UnauthorizedAccessException as error -> refuse (CannotRead(file, error.Message))

        filled <- filled + count
        ended <- count = 0

    let text length =
        let bytes = ReadOnlySpan(buffer, start, length)

        if not (Utf8.IsValid bytes) then
            refuse (NotUtf8(file, number, LineReader.ValidPrefix bytes + 1))

        let trimmed =
            if length > 0 && bytes[length - 1] = byte '\r' then
                length - 1
            else
                length

        let mark =
            if number = 1L && bytes.StartsWith(ReadOnlySpan [| 0xEFuy; 0xBBuy; 0xBFuy |]) then
                3
            else
                0

        Encoding.UTF8.GetString(buffer, start + mark, trimmed - mark)

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

    /// Gives the next line without its end, or null.
    member _.Read() : string | null =
        let rec next searched =
            match
                ReadOnlySpan(buffer, start + searched, filled - start - searched).IndexOf(byte '\n')
            with
            | -1 when ended ->
                if filled = start then
                    null
                else
                    number <- number + 1L
                    let line = text (filled - start)
                    start <- filled
                    line
            | -1 ->
                let searched = filled - start
                fill ()
                next searched
            | at ->
                number <- number + 1L
                let line = text (searched + at)
                start <- start + searched + at + 1
                line

        next 0
