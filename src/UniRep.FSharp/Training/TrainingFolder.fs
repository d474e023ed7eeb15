namespace UniRep

open System
open System.IO
open System.Text.Json

/// A file that training needs could not be written.
exception internal TrainingFailed of TrainingError

/// The files of a training.
[<Sealed>]
type internal TrainingFolder(folder: string) =
    let file name = Path.Combine(folder, name)

    /// Turns a failure to write into the error of the training.
    let writing path action =
        try
            action ()
        with
        | :? IOException as error ->
            raise (TrainingFailed(NotWritable(path, (error.Message.Split " : '")[0])))
        | :? UnauthorizedAccessException as error ->
            raise (TrainingFailed(NotWritable(path, error.Message)))

    let replace path (text: string) =
        writing path (fun () ->
            let partial = path + ".partial"

            try
                File.WriteAllText(partial, text)
                File.Move(partial, path, true)
            finally
                File.Delete partial)

    member _.Path = folder
    member _.Request = file "training.json"
    member _.Model = file "model.safetensors"
    member _.Checkpoint = file "checkpoint.safetensors"
    member _.Previous = file "checkpoint.previous.safetensors"
    member _.Curve = file "loss.svg"

    /// Makes the folder, and says what is to be done in it.
    member this.Create(request: string) =
        writing folder (fun () -> Directory.CreateDirectory folder |> ignore)
        replace this.Request request

    member this.SaveModel weights =
        match WeightFile.save this.Model weights with
        | Ok() -> ()
        | Error(NoAccess(path, reason)) -> raise (TrainingFailed(NotWritable(path, reason)))
        | Error error -> raise (TrainingFailed(NotWritable(this.Model, WeightFile.describe error)))

    member this.SaveCheckpoint checkpoint =
        match Checkpoint.save this.Checkpoint this.Previous checkpoint with
        | Ok() -> ()
        | Error(NoCheckpointAccess(path, reason)) ->
            raise (TrainingFailed(NotWritable(path, reason)))
        | Error error ->
            raise (TrainingFailed(NotWritable(this.Checkpoint, Checkpoint.describe error)))

    /// The checkpoint to go on from.
    member this.LoadCheckpoint previous =
        let load path =
            if not (File.Exists path) && path = this.Checkpoint && File.Exists this.Previous then
                // Stopped between two renamings.
                Checkpoint.load this.Previous
            else
                Checkpoint.load path

        load (if previous then this.Previous else this.Checkpoint)
        |> Result.mapError (fun error ->
            let before =
                if not previous && Result.isOk (Checkpoint.load this.Previous) then
                    Some this.Previous
                else
                    None

            UnusableCheckpoint(error, before))

    member _.Trials = file "search.jsonl"

    /// The trials of a search that were recorded.
    member this.LoadTrials() =
        if File.Exists this.Trials then
            [
                for line in File.ReadLines this.Trials do
                    match JsonSerializer.Deserialize<TrialReport> line with
                    | null -> ()
                    | trial -> trial
            ]
        else
            []

    member this.Record(trial: TrialReport) =
        writing this.Trials (fun () ->
            File.AppendAllText(this.Trials, JsonSerializer.Serialize trial + "\n"))

    /// A folder for one training of a search.
    member _.TrialFolder(name: string) = TrainingFolder(file ("search." + name))

    /// Removes the folder and all that is in it.
    member _.Remove() =
        writing folder (fun () -> Directory.Delete(folder, true))

    /// Makes the folder.
    member _.Make() =
        writing folder (fun () -> Directory.CreateDirectory folder |> ignore)

    member this.DrawCurve title reports =
        replace this.Curve (LossCurve.chart title reports |> UniRep.Charts.Chart.toSvg)

    /// Opens the metrics with as many rows as a checkpoint knows of.
    member _.OpenMetrics(rows: int64) =
        writing folder (fun () ->
            MetricsFile.Truncate(folder, rows)
            new MetricsFile(folder, Rows = rows))
