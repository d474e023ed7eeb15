namespace UniRep.IO

open System
open System.IO
open System.Text.Unicode
open CsvHelper
open UniRep

/// Makes records of the rows of a table with a header. CSV has quotes as RFC 4180 says; in TSV a quote is a letter like
/// any other.
[<RequireQualifiedAccess>]
module internal TableRecords =
    let private refuse error : 'a = raise (InputRefused error)

    let private hasQuotes separator = separator <> '\t'

    let private layout separator =
        CsvReaderOptions(
            Separator = Nullable separator,
            Mode =
                (if hasQuotes separator then
                     CsvMode.Rfc4180
                 else
                     CsvMode.NoEscape),
            SkipEmptyLines = true,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = Nullable LineReader.Longest
        )

    /// Turns the exceptions of a row that cannot be read into errors.
    let private guard file (csv: CsvReader) action =
        try
            action ()
        with
        | :? CsvFormatException as error ->
            refuse (InputError.BadRow(file, csv.LineNumber, error.Message))
        | :? InvalidDataException as error -> refuse (InputError.BadGzip(file, error.Message))
        | :? IOException as error -> refuse (InputError.CannotRead(file, error.Message))
        | :? UnauthorizedAccessException as error ->
            refuse (InputError.CannotRead(file, error.Message))

    /// Why a row is not as wide as the header.
    let private raggedness separator width found =
        let isRowName = found = width + 1

        let reason =
            match separator with
            | '\t' when isRowName -> ": R's write.table needs col.names = NA to name the row names"
            | '\t' -> ""
            | _ -> ": a cell that holds a comma, such as a decimal comma, needs quotes"

        $"{width} cells expected, {found} found{reason}"

    /// The text of a cell, which must be UTF-8.
    let private textOf file (csv: CsvReader) (cell: int) =
        let raw = csv.GetRawSpan cell

        if not (Utf8.IsValid raw) then
            let struct (line, column) = RowText.locateByte csv cell (LineReader.ValidPrefix raw)

            refuse (InputError.NotUtf8(file, line, column))

        csv.GetString cell

    /// What pandas reads as missing, and other usual marks of it.
    let private missing =
        set
            [
                "NA"
                "N/A"
                "<NA>"
                "n/a"
                "NULL"
                "null"
                "NaN"
                "nan"
                "-NaN"
                "-nan"
                "None"
                "1.#IND"
                "1.#QNAN"
                "-1.#IND"
                "-1.#QNAN"
            ]

    /// Recognises a cell without a sequence: the mark of a missing value, an error of a spreadsheet, or no letter at all.
    let private isMissing (cell: string) =
        let text = cell.Trim()

        text <> ""
        && (text[0] = '#'
            || text.Length <= 8 && missing.Contains text
            || not (Seq.exists Char.IsLetter text))

    /// Adds the cells that are kept, if any, and where all of them are from.
    let private withKept file csv columns (record: SequenceRecord) =
        { record with
            Kept =
                (if Array.isEmpty columns.Kept then
                     record.Kept
                 else
                     Array.map (textOf file csv) columns.Kept)
            Source = columns.Source
        }

    /// Makes a record of each row: `make` gets the row's id, the cell of the id, the line and the cell of the sequence.
    let private records file options usualNames separator (stream: Stream) make =
        seq {
            use csv = CsvReader.Create(stream, layout separator, true)
            let mutable more = guard file csv csv.Read

            if more then
                let headers = List.ofSeq csv.Headers
                let columns = TableColumns.choose file options usualNames separator headers

                while more do
                    if csv.FieldCount <> headers.Length then
                        let reason = raggedness separator headers.Length csv.FieldCount
                        refuse (InputError.BadRow(file, csv.LineNumber, reason))

                    let line = csv.LineNumber

                    let name =
                        match columns.Id with
                        | Some at -> textOf file csv at
                        | None -> ""

                    let id =
                        if String.IsNullOrWhiteSpace name then
                            string csv.RowNumber
                        else
                            name

                    let cell = textOf file csv columns.Sequence

                    if isMissing cell then
                        yield Error(InputError.MissingSequence(file, id, line, cell.Trim()))
                    else
                        yield
                            make csv columns id name line cell
                            |> Result.map (withKept file csv columns)

                    more <- guard file csv csv.Read
        }

    let read file options policy separator stream =
        let text = RecordText(file, options.KeepAligned)

        records
            file
            options
            TableColumns.sequences
            separator
            stream
            (fun csv columns id name line cell ->
                text.Clear()
                text.Add(line, cell)

                match text.ToRecord(policy, id, name, line) with
                | Error(InputError.BadResidue(_, _, _, column, symbol)) ->
                    let struct (line, column) =
                        RowText.locate csv (hasQuotes separator) columns.Sequence column

                    Error(InputError.BadResidue(file, id, line, column, symbol))
                | made -> made)

    /// Makes records of the variants of a wild type whose first residue has a number.
    let variants first wildType file options separator stream =
        records
            file
            options
            TableColumns.variants
            separator
            stream
            (fun _ columns id name line cell ->
                Variant.parse (cell.Trim())
                |> Result.bind (Variant.apply first wildType)
                |> Result.map (fun sequence ->
                    {
                        Id = id
                        Header = name
                        Sequence = sequence
                        Line = line
                        Kept = Array.empty
                        Aligned = Array.empty
                        Source = columns.Source
                        IsLatin1 = false
                    })
                |> Result.mapError (fun error -> InputError.BadVariant(file, line, error)))
