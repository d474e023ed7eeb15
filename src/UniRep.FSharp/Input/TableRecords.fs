namespace UniRep

open System
open System.Collections.Generic
open System.IO
open System.Text.Unicode
open CsvHelper

/// Makes records of the rows of a table with a header.
[<RequireQualifiedAccess>]
module internal TableRecords =
    let private refuse error : 'a = raise (InputRefused error)

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

    let read file options policy separator (stream: Stream) =
        seq {
            let layout =
                CsvReaderOptions(
                    Separator = Nullable separator,
                    SkipEmptyLines = true,
                    TrackLineNumbers = true,
                    IncludeValuesInExceptions = false
                )

            use csv = CsvReader.Create(stream, layout, true)
            let mutable more = guard file csv csv.Read

            if more then
                let columns = List.ofSeq csv.Headers

                let sequenceAt =
                    [ "sequence"; "seq"; "mutated_sequence"; "primary"; "protein" ]
                    |> find file columns options.SequenceColumn
                    |> Option.defaultWith (fun () -> refuse (NoColumn(file, "sequence", columns)))

                let idAt =
                    find file columns options.IdColumn [ "id"; "name"; "mutant"; "accession" ]

                let cell at =
                    if not (Utf8.IsValid(csv.GetSpan(at: int))) then
                        refuse (NotUtf8(file, csv.LineNumber, 1))

                    csv.GetString(at: int)

                while more do
                    let line = csv.LineNumber

                    if csv.FieldCount <> columns.Length then
                        refuse (
                            BadRow(
                                file,
                                line,
                                $"{columns.Length} cells expected, {csv.FieldCount} found"
                            )
                        )

                    let name = idAt |> Option.map cell |> Option.defaultValue ""
                    let id = if name = "" then string csv.RowNumber else name
                    let text = List [ struct (line, cell sequenceAt) ]
                    yield TextRecords.ofLines file policy id name line text
                    more <- guard file csv csv.Read
        }
