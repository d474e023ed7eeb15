namespace UniRep.Training

open System
open System.Diagnostics
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.ModelFiles

type internal TrainingSession =
    {
        Backend: Backend
        Options: TrainingOptions
        Input: TrainingInput
        Folder: TrainingFolder
        CheckpointSeconds: float
        Observer: TrainingObserver
        Cancellation: CancellationToken
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingSession =
    let inMemory backend options (input: TrainingInput) observer =
        use trainer = Trainers.start backend options input.Weights

        let mutable best = None
        observer.OnPlan(TrainingPlan.create options input TrainingLoop.start)

        let hooks =
            {
                OnBatch = observer.OnBatch
                OnEpoch = observer.OnEpoch
                OnBest = fun arrays -> best <- Some arrays
                OnPosition = fun _ _ -> true
                OnDiverged = fun _ _ _ -> ()
            }

        let outcome =
            TrainingLoop.run
                options
                input.Sequences
                (Trainers.evaluator backend options)
                trainer
                hooks
                CancellationToken.None
                TrainingLoop.start

        let weights =
            match best, List.tryFindBack _.IsBest (snd outcome) with
            | Some arrays, Some report ->
                Some(Weights.ofArrays (TrainingOutcome.cardOf input report.Epoch) arrays)
            | _ -> None

        TrainingOutcome.judge backend options input weights outcome

    let goOn session (checkpoint: Checkpoint option) =
        let {
                Backend = backend
                Options = options
                Input = input
                Folder = folder
            } =
            session

        use trainer =
            match checkpoint with
            | Some checkpoint -> Trainers.resume backend options checkpoint.Trainer
            | None -> Trainers.start backend options input.Weights

        let position, rows =
            match checkpoint with
            | Some checkpoint -> checkpoint.Position, checkpoint.Rows
            | None -> TrainingLoop.start, 0L

        use metrics = folder.OpenMetrics rows
        let sinceCheckpoint = Stopwatch.StartNew()
        let mutable best: MlstmArrays option = None
        let mutable reports = position.Reports

        let lost =
            [
                if metrics.Rows < rows then
                    $"{folder.Metrics}: {rows - metrics.Rows} rows of the metrics are lost; training itself continues unchanged"
            ]

        let row add = folder.Writing(folder.Metrics, add)

        let draw reports =
            session.Observer.Draw
            |> Option.iter (fun draw -> List.rev reports |> draw |> folder.WriteCurve)

        let saveBest (report: EpochReport) =
            best
            |> Option.iter (
                Weights.ofArrays (TrainingOutcome.cardOf input report.Epoch) >> folder.SaveModel
            )

            best <- None

        let hooks =
            {
                OnBatch =
                    fun report ->
                        row (fun () -> metrics.Add report)
                        session.Observer.OnBatch report
                OnEpoch =
                    fun report ->
                        saveBest report
                        row (fun () -> metrics.Add report)
                        reports <- report :: reports
                        draw reports
                        session.Observer.OnEpoch report
                OnBest = fun arrays -> best <- Some arrays
                OnPosition =
                    fun position isDue ->
                        let waited = sinceCheckpoint.Elapsed.TotalSeconds

                        if not (isDue || waited >= session.CheckpointSeconds) then
                            true
                        else
                            let checkpoint =
                                {
                                    Position = position
                                    Trainer = trainer.Save()
                                    Rows = metrics.Rows
                                }

                            let isFinite = Checkpoint.isFinite checkpoint

                            if isFinite then
                                folder.SaveCheckpoint checkpoint
                                sinceCheckpoint.Restart()

                            isFinite
                OnDiverged =
                    fun report batch quantity ->
                        row (fun () -> metrics.Add(report, batch, quantity))
                        draw (report :: reports)
            }

        let plan = TrainingPlan.create options input position

        session.Observer.OnPlan
            { plan with
                Warnings = plan.Warnings @ lost
            }

        let outcome =
            TrainingLoop.run
                options
                input.Sequences
                (Trainers.evaluator backend options)
                trainer
                hooks
                session.Cancellation
                position

        let judge = TrainingOutcome.judge backend options input

        let tuned =
            match WeightFile.load folder.Model with
            | Ok loaded -> judge (Some loaded.Weights) outcome
            // Ended before the first look at the validation set.
            | Error(WeightFileError.NoSuchPath _) when (snd outcome).IsEmpty -> judge None outcome
            | Error error -> raise (TrainingFailed(Damaged(folder.Model, error.Message)))

        // A last model that turned out worse than the first is not kept.
        if
            not tuned.IsImproved
            && List.exists (fun r -> r.IsBest && r.Epoch > 0) tuned.Epochs
        then
            folder.SaveModel tuned.Weights

        tuned

    /// The checkpoint of a trial that was stopped, if the trial can continue from it.
    let private trialCheckpoint (place: TrainingFolder) =
        match place.LoadCheckpoint false with
        | Ok checkpoint when Result.isOk (WeightFile.load place.Model) -> Some checkpoint
        | _ -> None

    let search session search =
        let {
                Options = options
                Input = input
                Folder = folder
            } =
            session

        let record trial =
            folder.Record trial
            session.Observer.OnTrial trial

        /// Trains in a folder of its own, which lasts until training has ended.
        let run name options sequences =
            let place: TrainingFolder = folder.TrialFolder name
            place.Make()
            place.RemovePartials()

            let observer =
                { session.Observer with
                    OnPlan = ignore
                    OnEpoch = ignore
                }

            let tuned =
                goOn
                    { session with
                        Options = options
                        Input = { input with Sequences = sequences }
                        Folder = place
                        Observer = observer
                    }
                    (trialCheckpoint place)

            if tuned.End = Interrupted then
                raise (OperationCanceledException())

            place.Remove()

            match tuned.End with
            | Diverged _ -> None
            | _ -> Some tuned.Epochs

        match
            Search.choose
                options
                search
                (TrainingPlan.rate options input)
                input.Sequences
                (folder.LoadTrials())
                record
                run
        with
        | Ok winner ->
            { options with
                LearningRate = Some winner.LearningRate
                Epochs = winner.BestEpoch
            }
        | Error round -> raise (TrainingFailed(SearchDiverged round))
