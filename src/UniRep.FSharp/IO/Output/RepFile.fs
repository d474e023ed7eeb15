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
                match OutputOpening.obstacle (filesOf format path) path full overwrite with
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

        OutputOpening.guard place (fun () ->
            match ColumnNames.tryFindUnwritable format content units columns with
            | Some error -> Error error
            | None -> create' columns path standardOutput format content units overwrite)

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

    let private write (writer: RepWriter) units (record: SequenceRecord, rep: Rep) =
        if rep.Average.Length <> units then
            raise (
                ArgumentException(
                    $"'{record.Id}' has a representation of {rep.Average.Length} units, others of {units}",
                    "reps"
                )
            )

        let output =
            SequenceOutput(
                Length = record.Sequence.Length,
                Average = ReadOnlySpan rep.Average,
                Final = ReadOnlySpan rep.Final,
                Cell = ReadOnlySpan rep.Cell
            )

        writer.Write(record.Id, record.Kept, &output)

    /// Writes the current item and those after it until one fails; what computes them may raise what it likes.
    let private writeAll path (writer: RepWriter) meta units (items: IEnumerator<_>) =
        let mutable result = Ok()
        let mutable more = true

        while more do
            let item = items.Current
            result <- attempt path (fun () -> write writer units item)
            more <- result.IsOk && items.MoveNext()

        result |> Result.bind (fun () -> attempt path (fun () -> writer.Complete meta))

    let private saveAs options path (items: IEnumerator<SequenceRecord * Rep>) format =
        let first, rep = items.Current
        let units = rep.Average.Length

        let pools =
            options.Pools |> Option.defaultWith (fun () -> OutputFormat.usualPools format)

        createWithColumns
            first.Source.Kept
            (Some path)
            Stream.Null
            format
            (OutputContent.Pooled pools)
            units
            options.Overwrite
        |> Result.bind (fun writer ->
            use writer = writer

            writeAll path writer options.Meta units items
            |> Result.map (fun () -> writer.Warnings))

    let saveWith options path (reps: (SequenceRecord * Rep) seq) =
        use items = reps.GetEnumerator()

        match options.Format |> Option.orElse (formatOf path) with
        | None -> Error(OutputError.UnknownOutputFormat path)
        | Some _ when not (items.MoveNext()) -> Error(OutputError.NothingToWrite path)
        | Some format -> saveAs options path items format
        |> Result.mapError FileError.Output

    let save path reps = saveWith saving path reps

    let saveNamed path reps =
        reps
        |> Seq.map (fun (id, sequence, rep) -> SequenceRecord.ofSequence (id, sequence), rep)
        |> save path
