namespace UniRep.IO

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Compute

/// Ends an embedding early.
exception internal EmbeddingFailed of EmbeddingError

[<RequireQualifiedAccess>]
module Embedding =
    let silent =
        {
            OnOpen = ignore
            BeforeWrite = ignore
        }

    let private one error = EmbeddingError.BadInput([ error ], 1L)

    /// The first pass over what can be read again.
    let private readAll
        (cancellation: CancellationToken)
        (request: EmbeddingRequest)
        hasColumns
        name
        (read: unit -> Result<SequenceRecord, InputError> seq)
        =
        let mutable longest: SequenceRecord option = None

        let noted =
            seq {
                for item in read () do
                    cancellation.ThrowIfCancellationRequested()

                    match item, longest with
                    | Ok record, Some known when known.Sequence.Length >= record.Sequence.Length ->
                        ()
                    | Ok record, _ -> longest <- Some record
                    | Error _, _ -> ()

                    yield item
            }

        match SequenceFile.summarize noted with
        | Error error -> Error(one error)
        | Ok found when found.BadRecords > 0L && not request.SkipInvalid ->
            Error(EmbeddingError.BadInput(found.Errors, found.BadRecords))
        | Ok found -> Ok(new CheckedInput(name, Some found, longest, hasColumns, read, ignore))

    let private readOnce hasColumns name read close =
        Ok(new CheckedInput(name, None, None, hasColumns, read, close))

    /// Records as a file gives them.
    let private atHand name (records: SequenceRecord seq) =
        seq {
            let mutable first = None

            for record in records do
                let columns = first |> Option.defaultValue record.Source.Kept

                if record.Source.Kept <> columns then
                    raise (
                        ArgumentException(
                            $"record '{record.Id}' has other columns than the first record",
                            "records"
                        )
                    )

                first <- Some columns
                yield Ok record

            if first.IsNone then
                yield Error(InputError.NoRecord name)
        }

    let check cancellation (request: EmbeddingRequest) =
        let hasColumns = request.Reading.Keep.IsSome

        let ofStream name stream close =
            let read () =
                SequenceFile.readStream request.Reading name stream

            readOnce hasColumns name read close

        match request.Input with
        | EmbeddingInput.Stream(name, stream) -> ofStream name stream ignore
        | EmbeddingInput.File path ->
            match SequenceFile.tryOpenOnce path with
            | Some stream -> ofStream path stream stream.Dispose
            | None ->
                readAll cancellation request hasColumns path (fun () ->
                    SequenceFile.read request.Reading path)
        | EmbeddingInput.Records(name, records) ->
            ArgumentNullException.ThrowIfNull(box records, nameof records)
            let read () = atHand name records

            if ItemSource.isAtHand records then
                readAll cancellation request true name read
            else
                readOnce true name read ignore

    let private tooManyStates (input: CheckedInput) limit (record: SequenceRecord) =
        let residues = record.Sequence.Length
        InputError.TooManyStates(input.Name, record.Id, record.Line, residues, limit)

    /// The records that can be embedded; counts them and those that are left out.
    let private usable (request: EmbeddingRequest) (input: CheckedInput) limit (tally: InputTally) =
        seq {
            for item in input.Read() do
                let item =
                    match item with
                    | Ok record when record.Sequence.Length > limit ->
                        Error(tooManyStates input limit record)
                    | item -> item

                match item with
                | Ok record ->
                    tally.Add record
                    yield record
                | Error error when request.SkipInvalid && InputError.isOfRecord error ->
                    tally.AddBad error
                | Error error -> raise (EmbeddingFailed(one error))
        }

    /// Reads the first record of a sequence; gives it, the whole sequence, which can be read once, and what closes it unread.
    let private peek (records: 'record seq) =
        let reader = records.GetEnumerator()
        let first = if reader.MoveNext() then Some reader.Current else None

        let all =
            seq {
                use reader = reader

                match first with
                | None -> ()
                | Some record ->
                    yield record

                    while reader.MoveNext() do
                        yield reader.Current
            }

        first, all, reader.Dispose

    let private nameOf target =
        match target with
        | EmbeddingTarget.File(path, _) -> path
        | EmbeddingTarget.Stream(name, _) -> name

    let private openWriter (request: EmbeddingRequest) columns units =
        let path, stream, overwrite =
            match request.Target with
            | EmbeddingTarget.File(path, overwrite) -> Some path, Stream.Null, overwrite
            | EmbeddingTarget.Stream(_, stream) -> None, stream, false

        match
            RepFile.createWithColumns
                columns
                path
                stream
                request.Format
                request.Content
                units
                overwrite
        with
        | Ok writer -> writer
        | Error error -> raise (EmbeddingFailed(EmbeddingError.BadOutput error))

    let private isFinite (values: ReadOnlySpan<float32>) =
        FloatArrays.CountFinite values = values.Length

    let private notWritable (request: EmbeddingRequest) error =
        EmbeddingError.NotWritable(nameOf request.Target, FileFailure.reasonOf error)
        |> EmbeddingFailed

    /// Only what fails here is the output's fault: records that the caller computes may fail, too.
    let private write observer request (writer: RepWriter) =
        Use<SequenceRecord>(fun record (output: inref<SequenceOutput>) ->
            if not (isFinite output.Average && isFinite output.Final && isFinite output.Cell) then
                raise (EmbeddingFailed(EmbeddingError.NotFinite record.Id))

            try
                observer.BeforeWrite()
                writer.Write(record.Id, record.Kept, &output)
            with
            | :? IOException
            | :? UnauthorizedAccessException as error -> raise (notWritable request error))

    let private compute
        options
        observer
        (request: EmbeddingRequest)
        (model: Model)
        (input: CheckedInput)
        =
        let outputs, limit =
            match request.Content with
            | OutputContent.Pooled _ -> Outputs.Vectors, Int32.MaxValue
            | OutputContent.PerResidue ->
                Outputs.HiddenStates, Array.MaxLength / model.Shape.Units - 1

        match input.Longest with
        | Some record when record.Sequence.Length > limit && not request.SkipInvalid ->
            raise (EmbeddingFailed(one (tooManyStates input limit record)))
        | _ -> ()

        let tally = InputTally()
        let records = usable request input limit tally

        // What can be read once only is read before the output is opened only if the columns depend on it.
        let first, records, close =
            if input.Summary.IsSome || input.HasColumns then
                peek records
            else
                None, records, ignore

        let mutable source = first |> Option.map _.Source

        let columns = source |> Option.map _.Kept |> Option.defaultValue []

        use writer =
            try
                openWriter request columns model.Shape.Units
            with _ ->
                close ()
                reraise ()

        observer.OnOpen writer

        let sequenceOf (record: SequenceRecord) =
            source <- source |> Option.orElse (Some record.Source)
            record.Sequence

        Model.iterate options outputs sequenceOf (write observer request writer) model records

        if tally.Summary.Records = 0L then
            raise (EmbeddingFailed(EmbeddingError.NothingLeft input.Name))

        options.Cancellation.ThrowIfCancellationRequested()

        try
            writer.Complete(EmbeddingMeta.text request model)
        with
        | :? IOException
        | :? UnauthorizedAccessException as error -> raise (notWritable request error)

        {
            Input = tally.Summary
            Source = source
            Warnings = writer.Warnings
        }

    let run options observer request model input =
        try
            Ok(compute options observer request model input)
        with EmbeddingFailed error ->
            Error error

    let request input output =
        match RepFile.formatOf output with
        | None -> Error(EmbeddingError.BadOutput(OutputError.UnknownOutputFormat output))
        | Some format ->
            Ok
                {
                    Input = input
                    Reading = SequenceFile.defaults
                    SkipInvalid = false
                    Target = EmbeddingTarget.File(output, false)
                    Format = format
                    Content = OutputContent.Pooled(OutputFormat.usualPools format)
                    Program = "UniRep.FSharp"
                }

    let embed options model request =
        check options.Cancellation request
        |> Result.bind (fun input ->
            use input = input
            run options silent request model input)

    let file model input output =
        request (EmbeddingInput.File input) output
        |> Result.bind (embed RunOptions.none model)

    let records model records output =
        request (EmbeddingInput.Records("the records", records)) output
        |> Result.bind (embed RunOptions.none model)
