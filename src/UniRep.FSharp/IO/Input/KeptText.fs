namespace UniRep.IO

open System
open UniRep

/// Keeps the descriptions of records that are not rows of a table.
[<RequireQualifiedAccess>]
module internal KeptText =
    let private description = "description"

    let private describedSource =
        { SequenceRecord.noSource with
            RecordSource.Kept = [ description ]
        }

    /// The header after the id.
    let private descriptionOf record =
        if record.Header.StartsWith(record.Id, StringComparison.Ordinal) then
            record.Header.Substring(record.Id.Length).Trim()
        else
            record.Header

    let private ofText file wanted record =
        let isOther (name: string) =
            not (name.Equals(description, StringComparison.OrdinalIgnoreCase))

        match wanted with
        | Some(Keep.Columns names) when List.exists isOther names ->
            let name = List.find isOther names
            raise (InputRefused(InputError.NoColumn(file, name, [ description ])))
        | _ ->
            { record with
                Kept = [| descriptionOf record |]
                Source = describedSource
            }

    /// Adds what is kept to records that are not rows of a table.
    let keep file wanted (records: Result<SequenceRecord, InputError> seq) =
        match wanted with
        | None
        | Some(Keep.Columns []) -> records
        | _ ->
            records
            |> Seq.map (
                Result.map (fun record ->
                    if record.Source.ColumnCount > 0 then
                        record
                    else
                        ofText file wanted record)
            )
