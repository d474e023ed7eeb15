namespace UniRep

open System
open System.Collections.Generic
open System.IO

[<RequireQualifiedAccess>]
module SequenceFile =
    let defaults =
        {
            Format = None
            SequenceColumn = None
            IdColumn = None
            UpperCase = false
            TrimStop = false
            UnknownAsX = false
            Keep = None
        }

    let private isGzip (path: string) =
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)

    let formatOf (path: string) =
        let name = if isGzip path then path[.. path.Length - 4] else path

        match (string (Path.GetExtension name)).ToLowerInvariant() with
        | ".fasta"
        | ".fa"
        | ".faa" -> Some Fasta
        | ".a2m" -> Some A2m
        | ".txt" -> Some Lines
        | ".csv" -> Some Csv
        | ".tsv" -> Some Tsv
        | _ -> None

    let private policyOf options format =
        {
            UpperCase = options.UpperCase || format = A2m
            TrimStop = options.TrimStop
            DropGaps = format = A2m
            UnknownAsX = options.UnknownAsX
        }

    /// Records until the end or an error that ends the reading.
    let private guarded file (records: Result<SequenceRecord, InputError> seq) =
        seq {
            use items = records.GetEnumerator()
            let mutable found = false
            let mutable go = true

            while go do
                let next =
                    try
                        if items.MoveNext() then Some items.Current else None
                    with InputRefused error ->
                        Some(Error error)

                match next with
                | Some item ->
                    found <- true
                    yield item

                    match item with
                    | Error error when not (InputError.isOfRecord error) -> go <- false
                    | _ -> ()
                | None ->
                    go <- false

                    if not found then
                        yield Error(NoRecord file)
        }

    let private readAs options file format (stream: Stream) =
        let policy = policyOf options format

        let ofLines read =
            seq {
                let reader = LineReader(file, stream)
                yield! read file policy reader (reader.Read())
            }

        match format with
        | Fasta
        | A2m -> ofLines TextRecords.fasta
        | Lines -> ofLines TextRecords.lines
        | Csv -> TableRecords.read file options policy ',' stream
        | Tsv -> TableRecords.read file options policy '\t' stream

    let readStream options name stream =
        match options.Format with
        | Some format -> readAs options name format stream
        | None -> TextRecords.detect name (policyOf options Fasta) (LineReader(name, stream))
        |> KeptText.keep name options.Keep
        |> guarded name

    let private openFile (path: string) =
        try
            if Directory.Exists path then
                Error(IsFolder path)
            else
                Ok(
                    if isGzip path then
                        new GzipFile(path) :> Stream
                    else
                        File.OpenRead path
                )
        with
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> Error(NotFound path)
        | :? InvalidDataException as error -> Error(BadGzip(path, error.Message))
        | :? IOException as error -> Error(CannotRead(path, error.Message))
        | :? UnauthorizedAccessException as error -> Error(CannotRead(path, error.Message))
        | :? ArgumentException -> Error(CannotRead(path, "is no file name"))

    let read options path =
        seq {
            match options.Format |> Option.orElse (formatOf path) with
            | None when File.Exists path -> yield Error(UnknownFormat path)
            | format ->
                match openFile path with
                | Error error -> yield Error error
                | Ok stream ->
                    use stream = stream

                    yield!
                        readAs options path (Option.defaultValue Fasta format) stream
                        |> KeptText.keep path options.Keep
                        |> guarded path
        }

    let summarize records =
        let tally = InputTally()
        let mutable ending = None

        for item in records do
            match item with
            | Ok record -> tally.Add record
            | Error error when InputError.isOfRecord error -> tally.AddBad error
            | Error error -> ending <- Some error

        match ending with
        | Some error -> Error error
        | None -> Ok tally.Summary
