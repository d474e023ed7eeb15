namespace UniRep.Training

open System
open System.Globalization
open System.IO
open UniRep
open UniRep.IO

/// The metrics of a training, written while it runs: one row for every batch and every epoch, as JSON lines and as CSV.
[<Sealed>]
type internal MetricsFile(folder: string) =
    /// What files of older versions call the validation loss. A training that began with this name keeps it.
    static let olderColumn = "hold_out_loss"

    static let columns validationColumn =
        [
            "kind"
            "epoch"
            "batch"
            "step"
            "loss"
            validationColumn
            "out_of_domain_loss"
            "is_best"
            "gradient_norm"
            "learning_rate"
            "tokens"
            "seconds"
        ]

    /// JSON has no name for a number that is not finite.
    static let none = "null"

    static let number (value: float) =
        if Double.IsFinite value then
            value.ToString("G9", CultureInfo.InvariantCulture)
        else
            none

    /// Finds the end of the given number of lines of a stream, or of the last whole line; gives how many lines there are and
    /// where they end.
    static let endOfLines (stream: Stream) (wanted: int64) =
        let buffer = Array.zeroCreate<byte> 65536
        let mutable lines, place, start = 0L, 0L, 0L
        let mutable count = stream.Read(buffer, 0, buffer.Length)

        while count > 0 && lines < wanted do
            for at in 0 .. count - 1 do
                if buffer[at] = byte '\n' && lines < wanted then
                    lines <- lines + 1L
                    place <- start + int64 at + 1L

            start <- start + int64 count
            count <- stream.Read(buffer, 0, buffer.Length)

        lines, place

    let path extension =
        Path.Combine(folder, $"metrics.{extension}")

    let validationColumn =
        let header =
            if File.Exists(path "csv") then
                File.ReadLines(path "csv") |> Seq.tryHead |> Option.defaultValue ""
            else
                ""

        if Array.contains olderColumn (header.Split ',') then
            olderColumn
        else
            "validation_loss"

    let columns = columns validationColumn

    let append extension =
        new StreamWriter(path extension, true, AutoFlush = true)

    let json, csv = append "jsonl", append "csv"
    let mutable rows = 0L

    do
        if FileInfo(path "csv").Length = 0L then
            csv.WriteLine(String.concat "," columns)

    /// Every value is a number or a truth value, which JSON and CSV write alike, or null, which is an empty cell in CSV.
    let write (kind: string) (values: (string * string) list) =
        let members = values |> List.map (fun (name, value) -> $"\"{name}\":{value}")
        let joined = String.concat "," ($"\"kind\":\"{kind}\"" :: members)
        json.WriteLine("{" + joined + "}")

        columns
        |> List.map (fun column ->
            ("kind", kind) :: values
            |> List.tryFind (fst >> (=) column)
            |> Option.map snd
            |> Option.filter ((<>) none)
            |> Option.defaultValue "")
        |> String.concat ","
        |> csv.WriteLine

        rows <- rows + 1L

    /// Cuts the files of a folder to a number of rows, before they are opened; a row that was cut off does not count. Gives
    /// the number of rows, which is smaller if a file has lost some.
    static member Keep(folder: string, rows: int64) =
        let files =
            [
                for extension, header in [ "jsonl", 0L; "csv", 1L ] do
                    let path = Path.Combine(folder, $"metrics.{extension}")
                    use stream = new FileStream(path, FileMode.OpenOrCreate)
                    let lines, _ = endOfLines stream (rows + header)
                    path, header, max 0L (lines - header)
            ]

        let kept = files |> List.map (fun (_, _, found) -> found) |> List.min

        for path, header, _ in files do
            use stream = new FileStream(path, FileMode.Open)
            let _, place = endOfLines stream (kept + header)
            stream.SetLength place

        kept

    /// The number of rows, including those of earlier runs.
    member _.Rows
        with get () = rows
        and set value = rows <- value

    member _.Add(report: BatchReport) =
        write
            "batch"
            [
                "epoch", string report.Epoch
                "batch", string report.Batch
                "step", string report.Step
                "loss", number report.Loss
                "gradient_norm", number report.GradientNorm
                "learning_rate", number report.LearningRate
                "tokens", string report.Tokens
                "seconds", number (Math.Round(report.Seconds, 4))
            ]

    member _.Add(report: EpochReport) =
        let given name loss =
            loss |> Option.map (fun loss -> name, number loss) |> Option.toList

        write
            "epoch"
            [
                "epoch", string report.Epoch
                "step", string report.Step
                yield! given "loss" report.TrainLoss
                yield! given validationColumn report.ValidationLoss
                yield! given "out_of_domain_loss" report.OutOfDomainLoss
                "is_best", (if report.IsBest then "true" else "false")
                "tokens", string report.Tokens
                "seconds", number (Math.Round(report.Seconds, 3))
            ]

    /// Adds what is known of an epoch that diverged.
    member _.Add(report: EpochReport, batch: int, quantity: DivergedQuantity) =
        let value name diverged loss =
            if quantity = diverged then
                [ name, none ]
            else
                loss |> Option.map (fun loss -> name, number loss) |> Option.toList

        write
            "diverged"
            [
                "epoch", string report.Epoch
                "batch", string batch
                "step", string report.Step
                yield! value "loss" DivergedQuantity.TrainingLoss report.TrainLoss
                yield! value validationColumn DivergedQuantity.ValidationLoss report.ValidationLoss
                yield!
                    value
                        "out_of_domain_loss"
                        DivergedQuantity.OutOfDomainLoss
                        report.OutOfDomainLoss
                yield! value "gradient_norm" DivergedQuantity.GradientNorm None
                "tokens", string report.Tokens
                "seconds", number (Math.Round(report.Seconds, 3))
            ]

    interface IDisposable with
        /// Every row is written at once: what fails here has failed, and was reported, before.
        member _.Dispose() =
            for file in [ json; csv ] do
                try
                    file.Dispose()
                with error when FileFailure.isOne error ->
                    ()
