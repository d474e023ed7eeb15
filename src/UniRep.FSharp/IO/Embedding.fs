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
        let tally = InputTally()
        let mutable longest: SequenceRecord option = None
        let mutable ending = None

        for item in SequenceFile.read request.Reading path do
            cancellation.ThrowIfCancellationRequested()

            match item with
            | Ok record ->
                tally.Add record

                match longest with
                | Some known when known.Sequence.Length >= record.Sequence.Length -> ()
                | _ -> longest <- Some record
            | Error error when InputError.isOfRecord error -> tally.AddBad error
            | Error error -> ending <- Some error

        let found = tally.Summary

        match ending with
        | Some error -> Error(one error)
        | None when found.BadRecords > 0L && not request.SkipInvalid ->
            Error(EmbeddingError.BadInput(found.Errors, found.BadRecords))
        | None ->
            let read () = SequenceFile.read request.Reading path

            Ok(new CheckedInput(path, Some found, longest, read, ignore))

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
                            TooManyStates(
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

    /// Reads the first record of a sequence; gives it, and the whole sequence, which can be read once.
    let private peek (records: 'record seq) =
        let reader = records.GetEnumerator()
        let first = if reader.MoveNext() then Some reader.Current else None

        first,
        seq {
            use reader = reader

            match first with
            | None -> ()
            | Some record ->
                yield record

                while reader.MoveNext() do
                    yield reader.Current
        }

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
        let mutable isFinite = true

        for value in values do
            isFinite <- isFinite && Single.IsFinite value

        isFinite

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
            | Pooled _ -> Outputs.Vectors, Int32.MaxValue
            | PerResidue -> Outputs.HiddenStates, Array.MaxLength / model.Shape.Units - 1

        match input.Longest with
        | Some record when record.Sequence.Length > limit && not request.SkipInvalid ->
            let error =
                TooManyStates(input.Name, record.Id, record.Line, record.Sequence.Length, limit)

            raise (EmbeddingFailed(one error))
        | _ -> ()

        let tally = InputTally()
        let records = usable request input limit tally

        // A stream is read before the output is opened only if the columns depend on it.
        let first, records =
            if input.Summary.IsSome || request.Reading.Keep.IsSome then
                peek records
            else
                None, records

        let mutable source = first |> Option.map _.Source

        let columns = source |> Option.map _.Kept |> Option.defaultValue []

        use writer = openWriter request columns model.Shape.Units
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
        | :? IOException as error ->
            EmbeddingError.NotWritable(nameOf request.Target, FileFailure.reasonOf error)
            |> EmbeddingFailed
            |> raise
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
        | None -> Error(EmbeddingError.BadOutput(UnknownOutputFormat output))
        | Some format ->
            let request: EmbeddingRequest =
                {
                    Input = EmbeddingInput.File input
                    Reading = SequenceFile.defaults
                    SkipInvalid = false
                    Target = EmbeddingTarget.File(output, false)
                    Format = format
                    Content = Pooled [ Average; Final; Cell ]
                    Program = "UniRep.FSharp"
                }

            check CancellationToken.None request
            |> Result.bind (fun input ->
                use input = input
                run RunOptions.none silent request model input)
