namespace UniRep

open System
open System.Globalization
open System.IO

/// The course of a training as it goes: one row for every batch and every epoch, as JSON lines and as CSV.
[<Sealed>]
type internal MetricsFile(folder: string) =
    static let columns =
        [
            "kind"
            "epoch"
            "batch"
            "step"
            "loss"
            "hold_out_loss"
            "out_of_domain_loss"
            "is_best"
            "gradient_norm"
            "learning_rate"
            "tokens"
            "seconds"
        ]

    static let number (value: float) =
        value.ToString("G9", CultureInfo.InvariantCulture)

    let path extension =
        Path.Combine(folder, $"metrics.{extension}")

    let append extension =
        new StreamWriter(path extension, true, AutoFlush = true)

    let json, csv = append "jsonl", append "csv"
    let mutable rows = 0L

    do
        if FileInfo(path "csv").Length = 0L then
            csv.WriteLine(String.concat "," columns)

    /// Every value is a number or a truth, which JSON and CSV write alike.
    let write (kind: string) (values: (string * string) list) =
        let members = values |> List.map (fun (name, value) -> $"\"{name}\":{value}")
        let joined = String.concat "," ($"\"kind\":\"{kind}\"" :: members)
        json.WriteLine("{" + joined + "}")

        columns
        |> List.map (fun column ->
            ("kind", kind) :: values
            |> List.tryFind (fst >> (=) column)
            |> Option.map snd
            |> Option.defaultValue "")
        |> String.concat ","
        |> csv.WriteLine

        rows <- rows + 1L

    /// Removes all rows past a number of them from the files of a folder, before they are opened.
    static member Truncate(folder: string, rows: int64) =
        for extension, header in [ "jsonl", 0L; "csv", 1L ] do
            let path = Path.Combine(folder, $"metrics.{extension}")

            if File.Exists path then
                let kept = File.ReadLines path |> Seq.truncate (int (rows + header)) |> Array.ofSeq
                let partial = path + ".partial"
                File.WriteAllLines(partial, kept)
                File.Move(partial, path, true)

    /// Rows written, with those there were before.
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
                yield! given "hold_out_loss" report.HoldOutLoss
                yield! given "out_of_domain_loss" report.OutOfDomainLoss
                "is_best", (if report.IsBest then "true" else "false")
                "tokens", string report.Tokens
                "seconds", number (Math.Round(report.Seconds, 3))
            ]

    interface IDisposable with
        member _.Dispose() =
            json.Dispose()
            csv.Dispose()
