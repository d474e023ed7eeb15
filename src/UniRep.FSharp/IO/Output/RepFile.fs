namespace UniRep.IO

open System
open System.Collections.Generic
open System.IO
open UniRep
open UniRep.Compute

type SaveOptions =
    {
        Format: OutputFormat option
        Pools: Pool list option
        Overwrite: bool
        Meta: string
    }

/// One row of a file of representations.
[<Struct>]
type SavedRow =
    {
        Id: string
        Cells: string[]
        Length: int
        Rep: Rep
    }

[<RequireQualifiedAccess>]
module RepFile =
    let formatOf (path: string) =
        let extension = (string (Path.GetExtension path)).ToLowerInvariant()

        OutputFormat.all
        |> List.tryFind (fun (format: OutputFormat) -> List.contains extension format.Extensions)

    let filesOf format path =
        path
        :: [
            for suffix in (OutputFormatTable.row format).Companions ->
                OutputPlace.Companion(path, suffix)
        ]

    /// Opens the writer if the format holds the content.
    let private openWriter (place: OutputPlace) columns (format: OutputFormat) content units =
        match content with
        | OutputContent.Pooled(_ :: _ :: _) when not format.HoldsSeveralPools ->
            Error(OutputError.SeveralPools format)
        | OutputContent.PerResidue when not format.HoldsStates -> Error(OutputError.NoStates format)
        | content -> Ok((OutputFormatTable.row format).Open place columns content units)

    /// What keeps a file from being written at a path, if that can be told beforehand.
    let private obstacle format (path: string) full overwrite =
        // A link that leads nowhere is no file yet.
        let isThere (file: string) = File.Exists(OutputPath.resolve file)
        let taken = filesOf format path |> List.filter isThere

        match HiddenFiles.folderOf full, taken with
        | _ when Path.EndsInDirectorySeparator path || Directory.Exists full ->
            Some(OutputError.NotWritable(path, "it is a folder"))
        | folder, _ when not (Directory.Exists folder) ->
            Some(OutputError.NotWritable(path, $"there is no folder {folder}"))
        | _, first :: _ when not overwrite -> Some(OutputError.AlreadyExists first)
        | _ -> None

    /// Opens the place of an output and its writer.
    let private start columns (target: OutputTarget) format content units overwrite =
        let place = OutputPlace(target, overwrite)
        let mutable isOpen = false

        try
            let writer =
                if
                    not (List.isEmpty columns)
                    && not (OutputFormatTable.row format).Companions.IsEmpty
                    && not place.HasCompanions
                then
                    Error(OutputError.NoPlaceForColumns format)
                else
                    openWriter place columns format content units

            isOpen <- Result.isOk writer
            writer
        finally
            if not isOpen then
                place.Abandon()

    let private create' columns path standardOutput format content units overwrite =
        match path with
        | None ->
            start
                columns
                (OutputTarget.ToStream(standardOutput, false))
                format
                content
                units
                overwrite
        | Some path ->
            match OutputTarget.find path with
            | OutputTarget.ToFile(_, full) as target ->
                match obstacle format path full overwrite with
                | Some error -> Error error
                | None -> start columns target format content units overwrite
            | target -> start columns target format content units overwrite

    let createWithColumns columns path standardOutput format content units overwrite =
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units, nameof units)

        let content =
            match content with
            | OutputContent.Pooled [] -> raise (ArgumentException("name a pool", nameof content))
            | OutputContent.Pooled pools -> OutputContent.Pooled(List.distinct pools)
            | OutputContent.PerResidue -> OutputContent.PerResidue

        let place = Option.defaultValue "standard output" path

        let refuse reason =
            Error(OutputError.NotWritable(place, reason))

        try
            match ColumnNames.tryFindUnwritable format content units columns with
            | Some error -> Error error
            | None -> create' columns path standardOutput format content units overwrite
        with
        | :? OutputBusyException -> Error(OutputError.Busy place)
        | :? IOException as error -> refuse (FileFailure.reasonOf error)
        | :? UnauthorizedAccessException -> refuse "its folder may not be written to"
        | :? ArgumentException -> refuse "is no file name"

    let create path standardOutput format content units overwrite =
        createWithColumns [] path standardOutput format content units overwrite

    let saving =
        {
            Format = None
            Pools = None
            Overwrite = false
            Meta = "{}"
        }

    /// Does what may fail because of the file system.
    let private attempt path action =
        try
            Ok(action ())
        with
        | :? IOException as error ->
            Error(OutputError.NotWritable(path, (error.Message.Split " : '")[0]))
        | :? UnauthorizedAccessException as error ->
            Error(OutputError.NotWritable(path, error.Message))

    let private write (writer: RepWriter) units (row: SavedRow) =
        if row.Rep.Average.Length <> units then
            raise (
                ArgumentException(
                    $"'{row.Id}' has a representation of {row.Rep.Average.Length} units, others of {units}",
                    "reps"
                )
            )

        let output =
            SequenceOutput(
                Length = row.Length,
                Average = ReadOnlySpan row.Rep.Average,
                Final = ReadOnlySpan row.Rep.Final,
                Cell = ReadOnlySpan row.Rep.Cell
            )

        writer.Write(row.Id, row.Cells, &output)

    /// Writes rows until one fails; those that the caller computes may raise what they like.
    let private writeAll path (writer: RepWriter) meta (rows: IEnumerator<SavedRow>) =
        let units = rows.Current.Rep.Average.Length
        let mutable result = Ok()
        let mutable more = true

        while more do
            let row = rows.Current
            result <- attempt path (fun () -> write writer units row)
            more <- result.IsOk && rows.MoveNext()

        result |> Result.bind (fun () -> attempt path (fun () -> writer.Complete meta))

    let private saveRows options path columns (rows: IEnumerator<SavedRow>) format =
        let pools =
            match options.Pools with
            | Some pools -> pools
            | None when (format: OutputFormat).HoldsSeveralPools ->
                [ Pool.Average; Pool.Final; Pool.Cell ]
            | None -> [ Pool.Average ]

        createWithColumns
            columns
            (Some path)
            Stream.Null
            format
            (OutputContent.Pooled pools)
            rows.Current.Rep.Average.Length
            options.Overwrite
        |> Result.bind (fun writer ->
            use writer = writer
            writeAll path writer options.Meta rows)

    let private saveFrom
        options
        path
        (columns: 'item -> string list)
        (row: 'item -> SavedRow)
        items
        =
        use items = (items: 'item seq).GetEnumerator()

        match options.Format |> Option.orElse (formatOf path) with
        | None -> Error(OutputError.UnknownOutputFormat path)
        | Some _ when not (items.MoveNext()) -> Error(OutputError.NothingToWrite path)
        | Some format ->
            let columns = columns items.Current

            let rows =
                seq {
                    row items.Current

                    while items.MoveNext() do
                        row items.Current
                }

            use rows = rows.GetEnumerator()
            rows.MoveNext() |> ignore
            saveRows options path columns rows format
        |> Result.mapError FileError.Output

    let saveWith options path reps =
        reps
        |> saveFrom
            options
            path
            (fun (record: SequenceRecord, _) -> record.Source.Kept)
            (fun (record, rep) ->
                {
                    Id = record.Id
                    Cells = record.Kept
                    Length = record.Sequence.Length
                    Rep = rep
                })

    let save path reps = saveWith saving path reps

    let saveNamed path reps =
        reps
        |> saveFrom saving path (fun _ -> []) (fun (id, sequence: Sequence, rep) ->
            {
                Id = id
                Cells = Array.empty
                Length = sequence.Length
                Rep = rep
            })
