namespace UniRep

open System
open System.IO
open System.Text.Unicode
open CsvHelper

/// Makes records of the rows of a table with a header.
[<RequireQualifiedAccess>]
module internal TableRecords =
    let private refuse error : 'a = raise (InputRefused error)

    let private layout separator =
        CsvReaderOptions(
            Separator = Nullable separator,
            SkipEmptyLines = true,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = Nullable LineReader.Longest
        )

    /// Finds the column that the user named, or one that is usually called so.
    let private find file (columns: string list) wanted usual =
        let index (name: string) =
            columns
            |> List.tryFindIndex (fun column ->
                column.Trim().Equals(name, StringComparison.OrdinalIgnoreCase))

        match wanted with
        | Some name when (index name).IsNone -> refuse (NoColumn(file, name, columns))
        | Some name -> index name
        | None -> usual |> List.tryPick index

    /// Turns the exceptions of a row that cannot be read into errors.
    let private guard file (csv: CsvReader) action =
        try
            action ()
        with
        | :? CsvFormatException as error -> refuse (BadRow(file, csv.LineNumber, error.Message))
        | :? InvalidDataException as error -> refuse (BadGzip(file, error.Message))
        | :? IOException as error -> refuse (CannotRead(file, error.Message))
        | :? UnauthorizedAccessException as error -> refuse (CannotRead(file, error.Message))

    /// Refuses a row that is not text, or not as wide as the header.
    let private check file (csv: CsvReader) width =
        if not (Utf8.IsValid csv.RawRecord) then
            let struct (line, column) =
                RowText.locateByte csv (LineReader.ValidPrefix csv.RawRecord)

            refuse (NotUtf8(file, line, column))

        if csv.FieldCount <> width then
            let reason = $"{width} cells expected, {csv.FieldCount} found"
            refuse (BadRow(file, csv.LineNumber, reason))

    let read file options policy separator (stream: Stream) =
        seq {
            use csv = CsvReader.Create(stream, layout separator, true)
            let text = RecordText file
            let mutable more = guard file csv csv.Read

            if more then
                let columns = List.ofSeq csv.Headers

                let sequenceAt =
                    [ "sequence"; "seq"; "mutated_sequence"; "primary"; "protein" ]
                    |> find file columns options.SequenceColumn
                    |> Option.defaultWith (fun () -> refuse (NoColumn(file, "sequence", columns)))

                let idAt =
                    find file columns options.IdColumn [ "id"; "name"; "mutant"; "accession" ]

                while more do
                    check file csv columns.Length
                    let line = csv.LineNumber

                    let name =
                        match idAt with
                        | Some at -> csv.GetString(at: int).Trim()
                        | None -> ""

                    let id = if name = "" then string csv.RowNumber else name
                    text.Clear()
                    text.Add(line, csv.GetString(sequenceAt: int))

                    match text.ToRecord(policy, id, name, line) with
                    | Error(BadResidue(_, _, _, column, symbol)) ->
                        let struct (line, column) = RowText.locate csv sequenceAt column
                        yield Error(BadResidue(file, id, line, column, symbol))
                    | record -> yield record

                    more <- guard file csv csv.Read
        }
