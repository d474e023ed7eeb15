namespace UniRep.Design

open System
open System.Globalization
open System.IO
open System.Text
open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
type TablePlace =
    | File of path: string * overwrite: bool
    | Stream of Stream

[<RequireQualifiedAccess>]
module TableOutput =
    let private isTabbed (path: string) =
        path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase)

    /// Whether a path is that of a device or a pipe, which is written to as it is.
    let private isFile path =
        match OutputTarget.find path with
        | OutputTarget.ToFile _ -> true
        | OutputTarget.ToStream(stream, isOwned) ->
            if isOwned then
                stream.Dispose()

            false

    let private guarded path action =
        let refuse reason =
            Error(OutputError.NotWritable(path, reason))

        try
            action ()
        with
        | :? OutputBusyException -> Error(OutputError.Busy path)
        | :? IOException as error -> refuse (FileFailure.reasonOf error)
        | :? UnauthorizedAccessException -> refuse "its folder may not be written to"

    let check place =
        match place with
        | TablePlace.Stream _ -> Ok()
        | TablePlace.File(path, _) when SequenceFile.isDevice path -> Ok()
        | TablePlace.File(path, overwrite) ->
            guarded path (fun () ->
                match SavePlace.check path with
                | Error(OutputError.AlreadyExists _) when overwrite || not (isFile path) -> Ok()
                | other -> other)

    let private writeTo (stream: Stream) separator columns rows =
        let cells = Delimited separator
        use writer = new StreamWriter(stream, UTF8Encoding false, 65536, true)
        writer.NewLine <- "\n"

        let line (row: string seq) =
            row
            |> Seq.map cells.Cell
            |> String.concat (string separator)
            |> writer.WriteLine

        line columns
        rows |> Seq.iter (fun (row: string[]) -> line row)

    let private publish path stream overwrite separator columns rows =
        let place = OutputPlace(path, stream, overwrite)

        try
            writeTo (place.Open()) separator columns rows
            place.Publish()
        finally
            place.Abandon()

    let write place columns rows =
        match place with
        | TablePlace.Stream stream ->
            publish None stream false ',' columns rows
            Ok()
        | TablePlace.File(path, overwrite) ->
            let separator = if isTabbed path then '\t' else ','

            guarded path (fun () ->
                publish (Some path) Stream.Null overwrite separator columns rows
                Ok())

    let number (value: float) =
        if Double.IsNaN value then
            ""
        else
            value.ToString("F6", CultureInfo.InvariantCulture)
