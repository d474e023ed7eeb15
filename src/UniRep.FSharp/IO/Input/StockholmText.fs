namespace UniRep.IO

open System
open System.Collections.Generic
open System.Text
open System.Text.RegularExpressions
open UniRep

/// What a row has on one line of the file.
[<Struct>]
type internal StockholmPiece =
    {
        Line: int64
        /// The number of characters before it on its line.
        Start: int
        Text: string
    }

/// A row of an alignment; blocks after the first continue it.
[<Sealed; AllowNullLiteral>]
type internal StockholmRow(name: string, nameStart: int) =
    let pieces = List<StockholmPiece> 1
    let mutable length = 0

    member _.Name = name

    /// The number of characters before the name on its line.
    member _.NameStart = nameStart

    /// The first line of the row.
    member _.Line = pieces[0].Line

    /// The number of columns.
    member _.Length = length

    member _.Pieces: IReadOnlyList<StockholmPiece> = pieces

    member _.Add(piece: StockholmPiece) =
        pieces.Add piece
        length <- length + piece.Text.Length

/// What `#=GS` lines say of a row.
type internal StockholmDescription = { Text: string; IsLatin1: bool }

/// One alignment of a file.
type internal StockholmAlignment =
    {
        /// The line of its header, or of its first row if there is no header.
        Line: int64
        /// Rows of one length, at least one.
        Rows: StockholmRow[]
        /// The line `#=GC RF`, as long as the rows.
        Marks: string option
        Descriptions: IReadOnlyDictionary<string, StockholmDescription>
    }

/// Gathers the lines of one alignment.
[<Sealed>]
type internal StockholmDraft(file: string, reader: LineReader) =
    let rows = List<StockholmRow>()
    let byName = Dictionary<string, StockholmRow>()
    let descriptions = Dictionary<string, StockholmDescription>()
    let marks = StringBuilder()
    let mutable marksLine = 0L

    static let blanks = [| ' '; '\t' |]

    let refuse error : 'a = raise (InputRefused error)

    /// The first word of a text, and the rest without blanks around it.
    let firstWord (text: string) =
        let text = text.Trim blanks

        match text.IndexOfAny blanks with
        | -1 -> text, ""
        | at -> text[.. at - 1], text.Substring(at).TrimStart blanks

    member _.HasRows = rows.Count > 0

    /// Takes a line that begins with `#`; only descriptions and the reference line matter.
    member _.Annotate(line: string) =
        match firstWord line with
        | "#=GC", rest ->
            match firstWord rest with
            | "RF", text ->
                marks.Append text |> ignore
                marksLine <- if marksLine = 0L then reader.Number else marksLine
            | _ -> ()
        | "#=GS", rest ->
            let name, rest = firstWord rest

            match firstWord rest with
            | "DE", text when text <> "" ->
                let isLatin1 = reader.BadByte > 0

                descriptions[name] <-
                    match descriptions.TryGetValue name with
                    | true, before ->
                        {
                            Text = $"{before.Text} {text}"
                            IsLatin1 = before.IsLatin1 || isLatin1
                        }
                    | _ -> { Text = text; IsLatin1 = isLatin1 }
            | _ -> ()
        | _ -> ()

    /// Takes a line with a name and a text.
    member _.AddRow(line: string) =
        if reader.BadByte > 0 then
            refuse (InputError.NotUtf8(file, reader.Number, reader.BadByte))

        let name, text = firstWord line

        if text = "" || text.IndexOfAny blanks >= 0 then
            refuse (
                InputError.BadRow(
                    file,
                    reader.Number,
                    "a name and one aligned text are expected on a line of a Stockholm file"
                )
            )

        let row =
            match byName.TryGetValue name with
            | true, row -> row
            | _ ->
                let row = StockholmRow(name, line.IndexOf(name, StringComparison.Ordinal))
                byName[name] <- row
                rows.Add row
                row

        if text.Length > LineReader.Longest - row.Length then
            refuse (InputError.TooLong(file, reader.Number, LineReader.Longest))

        row.Add
            {
                Line = reader.Number
                Start = line.LastIndexOf(text, StringComparison.Ordinal)
                Text = text
            }

    /// Checks that all rows have one length, and makes the alignment.
    member _.ToAlignment line =
        let width = rows[0].Length

        for row in rows do
            if row.Length <> width then
                refuse (InputError.UnequalRows(file, row.Name, row.Line, width, row.Length))

        if marksLine > 0L && marks.Length <> width then
            refuse (
                InputError.BadRow(
                    file,
                    marksLine,
                    $"'#=GC RF' has {marks.Length} columns, the rows have {width}: it must have as many, a letter or a . for each"
                )
            )

        {
            Line = line
            Rows = rows.ToArray()
            Marks = if marksLine > 0L then Some(string marks) else None
            Descriptions = descriptions
        }

/// Reads alignments in Stockholm format, one after another. Later blocks may continue a row, and `#=GC RF` may be the last
/// line: one alignment is in memory as a whole, two bytes a column. The next one is read when it is asked for.
[<RequireQualifiedAccess>]
module internal StockholmText =
    let private refuse error : 'a = raise (InputRefused error)

    let private header = Regex("^# ?STOCKHOLM", RegexOptions.CultureInvariant)

    /// Whether a line is the first of an alignment.
    let isHeader (line: string) =
        line.StartsWith '#' && header.IsMatch line

    let private isGap (symbol: char) = "-._~".Contains symbol

    /// The next alignment that has a row; None at the end of the file.
    let rec private next file isStrict (headerLine: int64) (reader: LineReader) =
        let draft = StockholmDraft(file, reader)
        let mutable start = headerLine
        let mutable ended = false
        let mutable line = reader.ReadEntry()

        while not ended && not (isNull line) do
            let text = (string line).TrimStart(' ', '\t')

            if text = "" then
                ()
            elif text.StartsWith("//", StringComparison.Ordinal) then
                ended <- true
            elif isHeader text then
                if draft.HasRows then
                    refuse (
                        InputError.BadRow(
                            file,
                            reader.Number,
                            "a second alignment begins, but no line '//' ends the first: put one before it"
                        )
                    )

                start <- reader.Number
            elif text.StartsWith '#' then
                draft.Annotate text
            else
                if start = 0L then
                    if isStrict then
                        refuse (InputError.NoStockholmHeader(file, reader.Number))

                    start <- reader.Number

                draft.AddRow(string line)

            if not ended then
                line <- reader.ReadEntry()

        if draft.HasRows then
            if isStrict && not ended then
                refuse (
                    InputError.BadRow(
                        file,
                        reader.Number,
                        "the alignment ends without a line '//': the file is cut off: fetch or write it again"
                    )
                )

            Some(draft.ToAlignment start)
        elif ended then
            next file isStrict 0L reader
        else
            None

    /// Reads the alignments of a text one by one. A strict reader wants `# STOCKHOLM 1.0` above each, if it was not read
    /// already, and `//` below.
    let read file isStrict headerLine (reader: LineReader) =
        headerLine
        |> Seq.unfold (fun headerLine ->
            next file isStrict headerLine reader
            |> Option.map (fun alignment -> alignment, 0L))

    /// Refuses an alignment where another of the file came before, and columns matter.
    let refuseSecond file (alignment: StockholmAlignment) : 'a =
        refuse (
            InputError.BadRow(
                file,
                alignment.Line,
                "a second alignment begins, but columns can be compared within one only: write each alignment to a file of its own (HMMER's esl-afetch does)"
            )
        )

    /// The symbols of a row as A2M writes them, one for each column: upper case and `-` in match columns, lower case and
    /// `.` in the others. What is no residue stays as it is, unless the policy reads it as X or drops it.
    let toA2m (policy: LetterPolicy) (marks: string option) (row: StockholmRow) =
        let symbols = Array.zeroCreate<char> row.Length
        let mutable filled = 0

        for piece in row.Pieces do
            piece.Text.CopyTo(0, symbols, filled, piece.Text.Length)
            filled <- filled + piece.Text.Length

        let last = Array.FindLastIndex(symbols, (fun symbol -> not (isGap symbol)))

        let isMatch at =
            match marks with
            | Some marks -> not (isGap marks[at] || marks[at] = ' ' || marks[at] = '\t')
            | None -> true

        let inserted at symbol =
            match symbol with
            | '*' when at = last && policy.TrimStop -> '.'
            | '*' when at < last && policy.UnknownAsX -> 'x'
            | symbol when Char.IsAsciiLetter symbol -> Char.ToLowerInvariant symbol
            | symbol when policy.UnknownAsX && (symbol = '?' || Char.IsLetter symbol) -> 'x'
            | symbol -> symbol

        for at in 0 .. symbols.Length - 1 do
            let symbol = symbols[at]

            symbols[at] <-
                match isMatch at, isGap symbol with
                | true, true -> '-'
                | false, true -> '.'
                | true, false when Char.IsAsciiLetter symbol -> Char.ToUpperInvariant symbol
                | true, false -> symbol
                | false, false -> inserted at symbol

        symbols
