namespace UniRep.Training

open System.Diagnostics
open UniRep
open UniRep.Compute
open UniRep.ModelFiles

/// Trains in a folder, with checkpoints, metrics and the best model so far.
[<RequireQualifiedAccess>]
module internal FolderRun =
    /// The hooks of the loop: they write to the folder and call the observer. `reports` are those of earlier runs.
    let private hooksOf
        run
        (folder: RunFolder)
        (metrics: MetricsFile)
        checkpointSeconds
        save
        reports
        =
        let sinceCheckpoint = Stopwatch.StartNew()
        let mutable best: MlstmArrays option = None
        let mutable reports = reports
        let row add = folder.Writing(folder.Metrics, add)

        let draw reports =
            run.Observer.Draw
            |> Option.iter (fun draw -> List.rev reports |> draw |> folder.WriteCurve)

        let saveBest (report: EpochReport) =
            best
            |> Option.iter (
                Weights.ofArrays (BestModel.cardOf run.Options run.Data report.Epoch)
                >> folder.SaveModel
            )

            best <- None

        {
            OnBatch =
                fun report ->
                    row (fun () -> metrics.Add report)
                    run.Observer.OnBatch report
            OnEpoch =
                fun report ->
                    saveBest report
                    row (fun () -> metrics.Add report)
                    reports <- report :: reports
                    draw reports
                    run.Observer.OnEpoch report
            OnBest = fun arrays -> best <- Some arrays
            OnPosition =
                fun position isDue ->
                    if not (isDue || sinceCheckpoint.Elapsed.TotalSeconds >= checkpointSeconds) then
                        true
                    else
                        let isFinite = save position

                        if isFinite then
                            sinceCheckpoint.Restart()

                        isFinite
            OnDiverged =
                fun report batch quantity ->
                    row (fun () -> metrics.Add(report, batch, quantity))
                    draw (report :: reports)
        }

    /// The best model that training left in the folder.
    let private bestOf (folder: RunFolder) (reports: EpochReport list) =
        match folder.LoadModel() with
        | Ok weights -> Some weights
        // Stopped before the start model was evaluated.
        | Error(WeightFileError.NoSuchPath _) when reports.IsEmpty -> None
        | Error error -> raise (TrainingFailed(TrainingError.Damaged(folder.Model, error.Message)))

    /// Trains from a checkpoint, or from the start.
    let train run (folder: RunFolder) checkpointSeconds (checkpoint: Checkpoint option) =
        use trainer =
            match checkpoint with
            | Some checkpoint -> Trainers.resume run.Backend run.Options checkpoint.Trainer
            | None -> Trainers.start run.Backend run.Options run.Data.StartWeights

        let position, rows =
            match checkpoint with
            | Some checkpoint -> checkpoint.Position, checkpoint.Rows
            | None -> Position.start, 0L

        use metrics = folder.OpenMetrics rows

        let lost =
            [
                if metrics.Rows < rows then
                    $"{folder.Metrics}: {rows - metrics.Rows} rows of the metrics are lost; training itself continues unchanged"
            ]

        let save position =
            let checkpoint =
                {
                    Position = position
                    Trainer = trainer.Save()
                    Rows = metrics.Rows
                }

            let isFinite = Checkpoint.isFinite checkpoint

            if isFinite then
                folder.SaveCheckpoint checkpoint

            isFinite

        let plan = TrainingPlan.create run.Options run.Data position

        run.Observer.OnPlan
            { plan with
                Warnings = plan.Warnings @ lost
            }

        let outcome =
            EpochLoop.run
                run.Options
                run.Data.Split
                (Trainers.evaluator run.Backend run.Options)
                trainer
                (hooksOf run folder metrics checkpointSeconds save position.Reports)
                run.Cancellation
                position

        let tuned = BestModel.choose run (bestOf folder (snd outcome)) outcome

        // A last model that turned out worse than the start model is not kept.
        if
            not tuned.IsImproved
            && List.exists (fun r -> r.IsBest && r.Epoch > 0) tuned.Epochs
        then
            folder.SaveModel tuned.Weights

        tuned
