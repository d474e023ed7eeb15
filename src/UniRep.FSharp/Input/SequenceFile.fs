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
        | ".faa"
        | ".fas"
        | ".fsa"
        | ".pep"
        | ".mpfa" -> Some Fasta
        | ".a2m"
        | ".a3m"
        | ".afa" -> Some A2m
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

    let private readAs options file format (text: Stream) =
        let reader () = LineReader(file, text)

        match format with
        | Some Csv -> TableRecords.read file options (policyOf options Csv) ',' text
        | Some Tsv -> TableRecords.read file options (policyOf options Tsv) '\t' text
        | Some Lines -> TextRecords.lines file (policyOf options Lines) (reader ())
        | Some format -> TextRecords.fasta file (policyOf options format) (reader ())
        | None -> TextRecords.detect file (policyOf options) (reader ())

    /// The format to read: what the options say, else what the name says. What the name calls a text may be FASTA.
    let private formatWith options path =
        match options.Format, formatOf path with
        | None, Some Lines -> None
        | None, named -> named
        | given, _ -> given

    let private readBytes options file isGzip stream =
        seq {
            let text = InputText.openText file isGzip stream

            yield!
                readAs options file (formatWith options file) text
                |> KeptText.keep file options.Keep
        }
        |> guarded file

    let readStream options name stream = readBytes options name false stream

    let isDevice (path: string) =
        path.StartsWith("/dev/", StringComparison.Ordinal)
        && not (path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal)

    let private openFile (path: string) =
        try
            if Directory.Exists path then
                Error(IsFolder path)
            else
                Ok(File.OpenRead path)
        with
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> Error(NotFound path)
        | :? IOException as error -> Error(CannotRead(path, error.Message))
        | :? UnauthorizedAccessException as error -> Error(CannotRead(path, error.Message))
        | :? ArgumentException -> Error(CannotRead(path, "is no file name"))

    let tryOpenOnce path =
        match openFile path with
        | Ok stream when not stream.CanSeek || isDevice path -> Some(stream :> Stream)
        | Ok stream ->
            stream.Dispose()
            None
        | Error _ -> None

    let read options path =
        seq {
            match openFile path with
            | Error error -> yield Error error
            | Ok stream ->
                use stream = stream
                let isKnown = options.Format.IsSome || (formatOf path).IsSome

                if isKnown || isDevice path || not stream.CanSeek then
                    yield! readBytes options path (isGzip path) stream
                else
                    yield Error(UnknownFormat path)
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
