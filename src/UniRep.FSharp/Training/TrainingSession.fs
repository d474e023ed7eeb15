namespace UniRep

open System
open System.Diagnostics
open System.IO
open System.Threading
open UniRep.Compute

type TrainingPlan =
    {
        Shape: WeightsShape
        Sequences: int
        HeldOut: int
        TokensPerEpoch: int64
        Epochs: int
        LearningRate: float
        Mean: LossMean
        Epoch: int
        Batch: int
        Warnings: string list
    }

type TrainingObserver =
    {
        OnPlan: TrainingPlan -> unit
        OnTrial: TrialReport -> unit
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
    }

[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Tuned =
    {
        Weights: Weights
        Epochs: EpochReport list
        End: TrainingEnd
    }

    /// What was trained, for how long, and how it ended.
    member private this.Title =
        let epochs = this.Epochs |> List.filter (fun report -> report.Epoch > 0)

        let ending =
            match this.End with
            | Finished -> ""
            | StoppedEarly -> ", stopped early"
            | Interrupted -> ", interrupted"
            | Diverged(epoch, batch) -> $", diverged in epoch {epoch}, batch {batch}"

        $"""{this.Weights.Card.Name} after {Display.counted epochs.Length "epoch"}{ending}"""

    member this.Summary =
        let losses = this.Epochs |> List.choose _.HoldOutLoss

        if List.isEmpty losses then
            this.Title
        else
            $"{this.Title}: hold-out loss {Display.number losses.Head} → {Display.number (List.min losses)}"

    override this.ToString() = this.Summary

    member this.ToHtml() =
        EpochReport.Table($"{this.Title}; losses in nats per token", this.Epochs)

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

type internal TrainingSession =
    {
        Options: TrainingOptions
        Input: TrainingInput
        Folder: TrainingFolder
        CheckpointSeconds: float
        Observer: TrainingObserver
        Cancellation: CancellationToken
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingSession =
    let private trainerOptions (options: TrainingOptions) =
        TrainerOptions(
            Threads = options.Threads,
            StateBytes = options.StateBytes,
            Averages = options.Average.IsSome
        )

    let private rateOf (options: TrainingOptions) (input: TrainingInput) =
        options.LearningRate
        |> Option.defaultWith (fun () -> TrainingOptions.usualRate input.Weights.Shape.Units)

    let private planOf (options: TrainingOptions) (input: TrainingInput) (position: Position) =
        let { Corpus = corpus; Indices = indices } = input.Sequences.Train

        {
            Shape = input.Weights.Shape
            Sequences = indices.Length
            HeldOut =
                match input.Sequences.HoldOut with
                | Some held -> held.Indices.Length
                | None -> 0
            TokensPerEpoch = indices |> Array.sumBy (fun index -> int64 (corpus.Length index) + 1L)
            Epochs = options.Epochs
            LearningRate = rateOf options input
            Mean = options.Mean
            Epoch = position.Epoch
            Batch = position.Batch
            Warnings = input.Warnings
        }

    /// What is known of a model that training makes.
    let private cardOf (input: TrainingInput) (report: EpochReport) =
        let card = input.Weights.Card
        let sequences = input.Sequences.Train.Indices.Length

        { card with
            Name =
                if card.Name.EndsWith("-tuned", StringComparison.Ordinal) then
                    card.Name
                else
                    card.Name + "-tuned"
            Provenance =
                $"trained from {card.Name} on {sequences} sequences, {report.Epoch} epochs; {card.Provenance}"
        }

    let private tuned input arrays (ended, reports) =
        let weights =
            match arrays, List.tryFindBack _.IsBest reports with
            | Some arrays, Some report -> EngineArrays.toWeights (cardOf input report) arrays
            | _ -> input.Weights

        {
            Weights = weights
            Epochs = reports
            End = ended
        }

    let inMemory options (input: TrainingInput) observer =
        use trainer =
            MlstmTrainer.Create(EngineArrays.ofWeights input.Weights, trainerOptions options)

        let mutable best = None
        observer.OnPlan(planOf options input TrainingLoop.start)

        let hooks =
            {
                OnBatch = observer.OnBatch
                OnEpoch = observer.OnEpoch
                OnBest = fun arrays -> best <- Some arrays
                OnPosition = fun _ _ -> ()
            }

        let outcome =
            TrainingLoop.run
                options
                input.Sequences
                trainer
                hooks
                CancellationToken.None
                TrainingLoop.start

        tuned input best outcome

    let goOn session (checkpoint: Checkpoint option) =
        let {
                Options = options
                Input = input
                Folder = folder
            } =
            session

        let given = trainerOptions options

        use trainer =
            match checkpoint with
            | Some checkpoint -> MlstmTrainer.Resume(checkpoint.Trainer, given)
            | None -> MlstmTrainer.Create(EngineArrays.ofWeights input.Weights, given)

        let position, rows =
            match checkpoint with
            | Some checkpoint -> checkpoint.Position, checkpoint.Rows
            | None -> TrainingLoop.start, 0L

        use metrics = folder.OpenMetrics rows
        let sinceCheckpoint = Stopwatch.StartNew()
        let mutable best: MlstmArrays option = None
        let mutable reports = position.Reports

        let saveBest report =
            best
            |> Option.iter (EngineArrays.toWeights (cardOf input report) >> folder.SaveModel)

            best <- None

        let hooks =
            {
                OnBatch =
                    fun report ->
                        metrics.Add report
                        session.Observer.OnBatch report
                OnEpoch =
                    fun report ->
                        saveBest report
                        metrics.Add report
                        reports <- report :: reports
                        folder.DrawCurve "Loss per epoch" (List.rev reports)
                        session.Observer.OnEpoch report
                OnBest = fun arrays -> best <- Some arrays
                OnPosition =
                    fun position isDue ->
                        let waited = sinceCheckpoint.Elapsed.TotalSeconds

                        if isDue || waited >= session.CheckpointSeconds then
                            folder.SaveCheckpoint
                                {
                                    Position = position
                                    Trainer = trainer.Save()
                                    Rows = metrics.Rows
                                }

                            sinceCheckpoint.Restart()
            }

        session.Observer.OnPlan(planOf options input position)

        let outcome =
            TrainingLoop.run options input.Sequences trainer hooks session.Cancellation position

        match WeightFile.load folder.Model with
        | Ok loaded ->
            { tuned input None outcome with
                Weights = loaded.Weights
            }
        // Interrupted before the first look at the hold-out.
        | Error(NoSuchPath _) -> tuned input None outcome
        | Error error ->
            raise (TrainingFailed(NotWritable(folder.Model, WeightFile.describe error)))

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

        /// Trains in a folder that lasts until the trial has been recorded.
        let run name options sequences =
            let place: TrainingFolder = folder.TrialFolder name
            place.Make()

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
                    (place.LoadCheckpoint false |> Result.toOption)

            if tuned.End = Interrupted then
                raise (OperationCanceledException())

            place.Remove()
            tuned.Epochs

        let winner =
            Search.choose
                options
                search
                (rateOf options input)
                input.Sequences
                (folder.LoadTrials())
                record
                run

        { options with
            LearningRate = Some winner.LearningRate
            Epochs = winner.BestEpoch
        }
