namespace UniRep.IO

open System
open System.Globalization
open UniRep

type SequenceTable =
    {
        File: string
        Columns: string list
        Records: SequenceRecord[]
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module SequenceTable =
    let private withColumns options =
        { options with
            InputOptions.Keep = options.Keep |> Option.orElse (Some Keep.Everything)
        }

    let private ofRecords path records =
        SequenceFile.collect records
        |> Result.map (fun records ->
            {
                File = path
                // A file without a record is an error.
                Columns = records[0].Source.Kept
                Records = records
            })

    let loadWith options path =
        SequenceFile.read (withColumns options) path |> ofRecords path

    let load path = loadWith SequenceFile.defaults path

    let loadVariantsWith options first wildType path =
        SequenceFile.readVariants first wildType (withColumns options) path
        |> ofRecords path

    let loadVariants first wildType path =
        loadVariantsWith SequenceFile.defaults first wildType path

    let readWith options name stream =
        SequenceFile.readStream (withColumns options) name stream |> ofRecords name

    let readVariantsWith options first wildType name stream =
        SequenceFile.readVariantsStream first wildType (withColumns options) name stream
        |> ofRecords name

    let private one error = Error(FileError.Input([ error ], 1L))

    let cells column table =
        match table.Columns |> List.indexed |> List.filter (snd >> (=) column) with
        | [ at, _ ] -> Ok(table.Records |> Array.map (fun record -> record.Kept[at]))
        | _ :: _ -> one (InputError.RepeatedColumn(table.File, column))
        | [] -> one (InputError.NoColumn(table.File, column, table.Columns))

    let private missing =
        Collections.Generic.HashSet<string>(
            [ ""; "NA"; "N/A"; "NaN"; "NULL"; "None" ],
            StringComparer.OrdinalIgnoreCase
        )

    let private styles =
        NumberStyles.AllowLeadingSign
        ||| NumberStyles.AllowDecimalPoint
        ||| NumberStyles.AllowExponent

    let private number (cell: string) =
        let text = cell.Trim()

        if missing.Contains text then
            Ok None
        else
            match Double.TryParse(text, styles, CultureInfo.InvariantCulture) with
            | true, value when Double.IsFinite value -> Ok(Some value)
            | _ -> Error cell

    let private mostErrors = 20

    let numbers column table =
        cells column table
        |> Result.bind (fun cells ->
            let numbers = cells |> Array.map number

            let errors =
                Array.zip table.Records numbers
                |> Array.choose (fun (record, number) ->
                    match number with
                    | Ok _ -> None
                    | Error cell ->
                        Some(InputError.NotANumber(table.File, record.Line, column, cell)))

            if errors.Length > 0 then
                Error(
                    FileError.Input(
                        errors |> Array.truncate mostErrors |> List.ofArray,
                        int64 errors.Length
                    )
                )
            else
                numbers |> Array.map (Result.defaultValue None) |> Ok)
