namespace UniRep.IO

open System
open System.IO
open System.Text
open UniRep

/// The text of one record, gathered line by line without white space; knows where each symbol stood in the file.
[<Sealed>]
type internal RecordText(file: string, keepAligned: bool) =
    /// Far more than any protein has: a longer record means that the file does not hold sequences.
    static let longest = LineReader.Longest

    let mutable symbols = Array.zeroCreate<char> 4096
    let mutable length = 0
    let mutable lastNumber = 0L

    /// Of each run of symbols without white space: how many lines it stands below the run before, what comes before it in
    /// its line, and its length. That is three bytes for most lines.
    let runs = new MemoryStream()
    let writer = new BinaryWriter(runs)

    /// The match columns of a row of an alignment: upper-case letters, and `-`, for which a stop counts too.
    let columnsOf (text: string) =
        [|
            for symbol in text do
                if symbol = '-' || symbol = '*' then
                    byte '-'
                elif Char.IsAsciiLetterUpper symbol then
                    byte symbol
                elif not (symbol = '.' || Char.IsAsciiLetterLower symbol) then
                    byte 'X'
        |]

    let alignedOf (policy: LetterPolicy) text (sequence: Sequence) =
        if not keepAligned then
            Array.empty
        elif policy.DropGaps || policy.MatchColumns then
            columnsOf text
        else
            Encoding.ASCII.GetBytes sequence.Letters

    let makeRoom number count =
        if count > longest - length then
            raise (InputRefused(InputError.TooLong(file, number, longest)))

        if count > symbols.Length - length then
            Array.Resize(&symbols, min longest (max (length + count) (2 * symbols.Length)))

    let noteRun number start count =
        length <- length + count
        writer.Write7BitEncodedInt64(number - lastNumber)
        writer.Write7BitEncodedInt start
        writer.Write7BitEncodedInt count
        lastNumber <- number

    let addRun number (text: string) start count =
        text.CopyTo(start, symbols, length, count)
        noteRun number start count

    member _.Clear() =
        runs.SetLength 0L
        length <- 0
        lastNumber <- 0L

    /// Adds a line with its number in the file.
    member _.Add(number: int64, text: string) =
        makeRoom number text.Length

        if text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 then
            addRun number text 0 text.Length
        else
            let mutable at = 0

            while at < text.Length do
                let start = at

                while at < text.Length && not (Char.IsWhiteSpace text[at]) do
                    at <- at + 1

                if at > start then
                    addRun number text start (at - start)

                at <- at + 1

    /// Adds symbols that stand for as many of a line, which come after `column` others.
    member _.AddRun(number: int64, column: int, given: char[], start: int, count: int) =
        makeRoom number count
        Array.blit given start symbols length count
        noteRun number column count

    /// All symbols but white space.
    override _.ToString() = String(symbols, 0, length)

    /// The line and column of the symbol at a position, from 1, of the gathered text.
    member _.Locate(position: int) : struct (int64 * int) =
        runs.Position <- 0L
        use reader = new BinaryReader(runs, Encoding.UTF8, true)
        let mutable line = 0L
        let mutable column = 0
        let mutable left = position

        while left > 0 do
            line <- line + reader.Read7BitEncodedInt64()
            column <- reader.Read7BitEncodedInt() + left
            left <- left - reader.Read7BitEncodedInt()

        struct (line, column)

    /// Makes the record, or an error that points into the file.
    member this.ToRecord(policy, id: string, header: string, line: int64) =
        let text = string this

        match Sequence.parseWith policy text with
        | Ok sequence ->
            Ok
                {
                    Id = id
                    Header = header
                    Sequence = sequence
                    Line = line
                    Kept = Array.empty
                    Aligned = alignedOf policy text sequence
                    Source = SequenceRecord.noSource
                    IsLatin1 = false
                }
        | Error SequenceError.EmptySequence -> Error(InputError.EmptyRecord(file, id, line))
        | Error(SequenceError.UnknownResidue(_, position)) ->
            let struct (line, column) = this.Locate position
            Error(InputError.BadResidue(file, id, line, column, Symbol.at text (position - 1)))
