namespace UniRep.IO

open System
open System.Collections.Generic
open System.IO
open UniRep

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
            GapsAsX = false
            KeepAligned = false
            Keep = None
        }

    let private isGzip (path: string) =
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)

    let formatOf (path: string) =
        let name = if isGzip path then path[.. path.Length - 4] else path

        let extension = (string (Path.GetExtension name)).ToLowerInvariant()

        InputFormat.all
        |> List.tryFind (fun (format: InputFormat) -> List.contains extension format.Extensions)

    let private policyOf (options: InputOptions) format : LetterPolicy =
        let isAlignment =
            match InputFormat.layout format with
            | InputLayout.Headers isAlignment -> isAlignment
            | InputLayout.Stockholm -> true
            | InputLayout.Lines
            | InputLayout.Table _ -> false

        {
            UpperCase = options.UpperCase || isAlignment
            TrimStop = options.TrimStop
            DropGaps = isAlignment && not options.GapsAsX
            MatchColumns = isAlignment && options.GapsAsX
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
                        yield Error(InputError.NoRecord file)
        }

    let private readAs (options: InputOptions) file format (text: Stream) =
        let reader () = LineReader(file, text)

        match format |> Option.map (fun format -> format, InputFormat.layout format) with
        | Some(format, InputLayout.Table separator) ->
            TableRecords.read file options (policyOf options format) separator text
        | Some(format, InputLayout.Lines) ->
            TextRecords.lines file options.KeepAligned (policyOf options format) (reader ())
        | Some(format, InputLayout.Headers _) ->
            TextRecords.fasta file options.KeepAligned (policyOf options format) (reader ())
        | Some(format, InputLayout.Stockholm) ->
            StockholmRecords.read file options.KeepAligned (policyOf options format) 0L (reader ())
        | None -> TextRecords.detect file options.KeepAligned (policyOf options) (reader ())

    /// The format to read: what the options say, else what the name says. What the name calls a text may be FASTA.
    let private formatWith options path =
        match options.Format, formatOf path with
        | None, Some InputFormat.Lines -> None
        | None, named -> named
        | given, _ -> given

    /// Records of variants of a wild type, which stand in a table.
    let private variantsAs first wildType options file format (text: Stream) =
        match format |> Option.map InputFormat.layout with
        | Some(InputLayout.Table separator) ->
            TableRecords.variants first wildType file options separator text
        | _ -> Seq.singleton (Error(InputError.NotATable file))

    let private readBytes interpret options file isGzip stream =
        seq {
            let text = InputText.openText file isGzip stream

            yield!
                interpret options file (formatWith options file) text
                |> KeptText.keep file options.Keep
        }
        |> guarded file

    let readStream options name stream =
        readBytes readAs options name false stream

    let readVariantsStream first wildType options name stream =
        readBytes (variantsAs first wildType) options name false stream

    let isDevice (path: string) =
        path.StartsWith("/dev/", StringComparison.Ordinal)
        && not (path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal)

    let private openFile (path: string) =
        try
            if Directory.Exists path then
                Error(InputError.IsFolder path)
            else
                Ok(File.OpenRead path)
        with
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> Error(InputError.NotFound path)
        | :? IOException as error -> Error(InputError.CannotRead(path, error.Message))
        | :? UnauthorizedAccessException as error ->
            Error(InputError.CannotRead(path, error.Message))
        | :? ArgumentException -> Error(InputError.CannotRead(path, "is no file name"))

    let tryOpenOnce path =
        match openFile path with
        | Ok stream when not stream.CanSeek || isDevice path -> Some(stream :> Stream)
        | Ok stream ->
            stream.Dispose()
            None
        | Error _ -> None

    let private readBy interpret options path =
        seq {
            match openFile path with
            | Error error -> yield Error error
            | Ok stream ->
                use stream = stream
                let isKnown = options.Format.IsSome || (formatOf path).IsSome

                if isKnown || isDevice path || not stream.CanSeek then
                    yield! readBytes interpret options path (isGzip path) stream
                else
                    yield Error(InputError.UnknownFormat path)
        }

    let read options path = readBy readAs options path

    let readVariants first wildType options path =
        readBy (variantsAs first wildType) options path

    let private mostErrors = 20

    let collect (records: Result<SequenceRecord, InputError> seq) =
        let good = List<SequenceRecord>()
        let bad = List<InputError>()
        let mutable count = 0L

        for record in records do
            match record with
            | Ok record when count = 0L -> good.Add record
            | Ok _ -> ()
            | Error error ->
                count <- count + 1L

                if bad.Count < mostErrors then
                    bad.Add error

        if count = 0L then
            Ok(good.ToArray())
        else
            Error(FileError.Input(List.ofSeq bad, count))

    let loadWith options path = read options path |> collect
    let load path = loadWith defaults path

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
