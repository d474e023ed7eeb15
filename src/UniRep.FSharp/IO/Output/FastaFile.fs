namespace UniRep.IO

open System
open System.IO
open System.Text
open UniRep

[<Sealed>]
type FastaWriter internal (place: OutputPlace) =
    static let width = 80

    let writer =
        new StreamWriter(place.Open(), UTF8Encoding false, 1 <<< 16, true, NewLine = "\n")

    member _.Write(header: string, sequence: Sequence) =
        writer.Write '>'
        writer.WriteLine(header.ReplaceLineEndings " ")
        let letters = sequence.Letters.AsSpan()

        for start in 0..width .. letters.Length - 1 do
            writer.WriteLine(letters.Slice(start, min width (letters.Length - start)))

    member _.Flush() =
        if place.IsStream then
            writer.Flush()

    member _.Complete() =
        writer.Dispose()
        place.Publish()

    interface IDisposable with
        member _.Dispose() = place.Abandon()

[<RequireQualifiedAccess>]
module FastaFile =
    let private start target overwrite =
        let place = OutputPlace(target, overwrite)

        try
            Ok(new FastaWriter(place))
        with _ ->
            place.Abandon()
            reraise ()

    let create path standardOutput overwrite =
        OutputOpening.guard (Option.defaultValue "standard output" path) (fun () ->
            match path with
            | None -> start (OutputTarget.ToStream(standardOutput, false)) overwrite
            | Some path ->
                match OutputTarget.find path with
                | OutputTarget.ToFile(_, full) as target ->
                    match OutputOpening.obstacle [ path ] path full overwrite with
                    | Some error -> Error error
                    | None -> start target overwrite
                | target -> start target overwrite)
