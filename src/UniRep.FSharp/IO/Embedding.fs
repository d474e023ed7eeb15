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

    /// The first pass over a file.
    let private readAll (cancellation: CancellationToken) (request: EmbeddingRequest) path =
        let read () = SequenceFile.read request.Reading path
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
        | Ok found -> Ok(new CheckedInput(path, Some found, longest, read, ignore))

    let private ofStream (request: EmbeddingRequest) name stream close =
        let read () =
            SequenceFile.readStream request.Reading name stream

        Ok(new CheckedInput(name, None, None, read, close))

    let check cancellation (request: EmbeddingRequest) =
        match request.Input with
        | EmbeddingInput.Stream(name, stream) -> ofStream request name stream ignore
        | EmbeddingInput.File path ->
            match SequenceFile.tryOpenOnce path with
            | Some stream -> ofStream request path stream stream.Dispose
            | None -> readAll cancellation request path

    /// The records that can be embedded; counts what passes by.
    let private usable (request: EmbeddingRequest) (input: CheckedInput) limit (tally: InputTally) =
        seq {
            for item in input.Read() do
                let item =
                    match item with
                    | Ok record when record.Sequence.Length > limit ->
                        Error(
                            InputError.TooManyStates(
                                input.Name,
                                record.Id,
                                record.Line,
                                record.Sequence.Length,
                                limit
                            )
                        )
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

    let private write observer (writer: RepWriter) =
        Use<SequenceRecord>(fun record (output: inref<SequenceOutput>) ->
            if not (isFinite output.Average && isFinite output.Final && isFinite output.Cell) then
                raise (EmbeddingFailed(EmbeddingError.NotFinite record.Id))

            observer.BeforeWrite()
            writer.Write(record.Id, record.Kept, &output))

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
            let error =
                InputError.TooManyStates(
                    input.Name,
                    record.Id,
                    record.Line,
                    record.Sequence.Length,
                    limit
                )

            raise (EmbeddingFailed(one error))
        | _ -> ()

        let tally = InputTally()
        let records = usable request input limit tally

        // A stream is read before the output is opened only if the columns depend on it.
        let first, records, close =
            if input.Summary.IsSome || request.Reading.Keep.IsSome then
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

        try
            Model.iterate options outputs sequenceOf (write observer writer) model records

            if tally.Summary.Records = 0L then
                raise (EmbeddingFailed(EmbeddingError.NothingLeft input.Name))

            options.Cancellation.ThrowIfCancellationRequested()
            writer.Complete(EmbeddingMeta.text request model)
        with
        | :? IOException
        | :? UnauthorizedAccessException as error ->
            EmbeddingError.NotWritable(nameOf request.Target, FileFailure.reasonOf error)
            |> EmbeddingFailed
            |> raise

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

    let file model input output =
        match RepFile.formatOf output with
        | None -> Error(EmbeddingError.BadOutput(OutputError.UnknownOutputFormat output))
        | Some format ->
            let request: EmbeddingRequest =
                {
                    Input = EmbeddingInput.File input
                    Reading = SequenceFile.defaults
                    SkipInvalid = false
                    Target = EmbeddingTarget.File(output, false)
                    Format = format
                    Content =
                        OutputContent.Pooled(
                            if format.HoldsSeveralPools then
                                [ Pool.Average; Pool.Final; Pool.Cell ]
                            else
                                [ Pool.Average ]
                        )
                    Program = "UniRep.FSharp"
                }

            check CancellationToken.None request
            |> Result.bind (fun input ->
                use input = input
                run RunOptions.none silent request model input)
