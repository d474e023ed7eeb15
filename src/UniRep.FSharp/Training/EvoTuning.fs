namespace UniRep

open System
open System.Diagnostics
open System.IO
open System.Text.Json
open System.Threading
open UniRep.Compute

type TrainingPlan =
    {
        Shape: WeightsShape
        Sequences: int
        HeldOut: int
        TokensPerEpoch: int64
        Epoch: int
        Batch: int
        Warnings: string list
    }

type TrainingObserver =
    {
        OnPlan: TrainingPlan -> unit
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
    }

type Tuned =
    {
        Weights: Weights
        Epochs: EpochReport list
        End: TrainingEnd
    }

[<RequireQualifiedAccess>]
module EvoTuning =
    let silent =
        {
            OnPlan = ignore
            OnBatch = ignore
            OnEpoch = ignore
        }

    let private trainerOptions (options: TrainingOptions) =
        TrainerOptions(
            Threads = options.Threads,
            StateBytes = options.StateBytes,
            Averages = options.Average.IsSome
        )

    let private planOf (input: TrainingInput) (position: Position) =
        let { Corpus = corpus; Indices = indices } = input.Sequences.Train

        {
            Shape = input.Weights.Shape
            Sequences = indices.Length
            HeldOut =
                match input.Sequences.HoldOut with
                | Some held -> held.Indices.Length
                | None -> 0
            TokensPerEpoch = indices |> Array.sumBy (fun index -> int64 (corpus.Length index) + 1L)
            Epoch = position.Epoch
            Batch = position.Batch
            Warnings = input.Warnings
        }

    /// What is known of a model that training makes.
    let private cardOf (start: Weights) sequences (report: EpochReport) =
        let card = start.Card

        { card with
            Name =
                if card.Name.EndsWith "-tuned" || card.Name.StartsWith "random-" then
                    card.Name
                else
                    card.Name + "-tuned"
            Provenance =
                $"trained from {card.Name} on {sequences} sequences, {report.Epoch} epochs; {card.Provenance}"
        }

    let tune options observer (weights: Weights) sequences =
        let corpus = Corpus.ofSequences sequences

        let kept, held = Corpus.split options.Seed options.HoldOut corpus.Count

        let select indices = { Corpus = corpus; Indices = indices }

        let input =
            {
                Sequences =
                    {
                        Train = select kept
                        HoldOut = if held.Length = 0 then None else Some(select held)
                        OutOfDomain = None
                    }
                Weights = weights
                Warnings = []
                Digests = Map.empty
            }

        match TrainingOptions.check options with
        | _ :: _ as errors -> Error(BadOptions errors)
        | [] when corpus.Count = 0 ->
            Error(
                NothingLeft(
                    [ "the sequences" ],
                    {
                        Read = 0L
                        Kept = 0L
                        Duplicates = 0L
                        TooShort = 0L
                        TooLong = 0L
                        Residues = 0L
                        Untrained = Map.empty
                    }
                )
            )
        | [] ->
            use trainer =
                MlstmTrainer.Create(EngineArrays.ofWeights weights, trainerOptions options)

            let mutable best = EngineArrays.ofWeights weights
            observer.OnPlan(planOf input TrainingLoop.start)

            let hooks =
                {
                    OnBatch = observer.OnBatch
                    OnEpoch = observer.OnEpoch
                    OnBest = fun arrays -> best <- arrays
                    OnPosition = fun _ _ -> ()
                }

            let ended, reports =
                TrainingLoop.run
                    options
                    input.Sequences
                    trainer
                    hooks
                    CancellationToken.None
                    TrainingLoop.start

            let report = reports |> List.findBack _.IsBest

            Ok
                {
                    Weights = EngineArrays.toWeights (cardOf weights kept.Length report) best
                    Epochs = reports
                    End = ended
                }

    /// Trains in a folder from a position.
    let private train
        request
        (input: TrainingInput)
        (folder: TrainingFolder)
        (trainer: MlstmTrainer)
        checkpointSeconds
        observer
        cancellation
        (position: Position, rows)
        =
        let options, sequences = request.Options, input.Sequences
        use metrics = folder.OpenMetrics rows
        let sinceCheckpoint = Stopwatch.StartNew()
        let mutable best: MlstmArrays option = None
        let mutable reports = position.Reports
        let count = sequences.Train.Indices.Length

        let saveBest report =
            best
            |> Option.iter (fun arrays ->
                folder.SaveModel(EngineArrays.toWeights (cardOf input.Weights count report) arrays))

            best <- None

        let hooks =
            {
                OnBatch =
                    fun report ->
                        metrics.Add report
                        observer.OnBatch report
                OnEpoch =
                    fun report ->
                        saveBest report
                        metrics.Add report
                        reports <- report :: reports
                        folder.DrawCurve "Loss per epoch" (List.rev reports)
                        observer.OnEpoch report
                OnBest = fun arrays -> best <- Some arrays
                OnPosition =
                    fun position isDue ->
                        if isDue || sinceCheckpoint.Elapsed.TotalSeconds >= checkpointSeconds then
                            folder.SaveCheckpoint
                                {
                                    Position = position
                                    Trainer = trainer.Save()
                                    Rows = metrics.Rows
                                }

                            sinceCheckpoint.Restart()
            }

        observer.OnPlan(planOf input position)

        let ended, reports =
            TrainingLoop.run options sequences trainer hooks cancellation position

        match WeightFile.load folder.Model with
        | Ok loaded ->
            Ok
                {
                    Weights = loaded.Weights
                    Epochs = reports
                    End = ended
                }
        | Error(NoSuchPath _) ->
            // Interrupted before the first look at the hold-out.
            Ok
                {
                    Weights = input.Weights
                    Epochs = reports
                    End = ended
                }
        | Error error -> Error(NotWritable(folder.Model, WeightFile.describe error))

    let private guarded action =
        try
            action ()
        with
        | TrainingFailed error -> Error error
        | :? IOException as error -> Error(NotWritable("the folder", error.Message))

    let run request folder checkpointSeconds observer cancellation =
        let place = TrainingFolder folder

        if File.Exists place.Request then
            Error(AlreadyTraining folder)
        else
            let request =
                { request with
                    Sequences = List.map Path.GetFullPath request.Sequences
                    HoldOut = List.map Path.GetFullPath request.HoldOut
                    OutOfDomain = List.map Path.GetFullPath request.OutOfDomain
                }

            TrainingInput.ofRequest request
            |> Result.bind (fun input ->
                guarded (fun () ->
                    place.Create(TrainingRequest.toJson request input.Digests)

                    use trainer =
                        MlstmTrainer.Create(
                            EngineArrays.ofWeights input.Weights,
                            trainerOptions request.Options
                        )

                    train
                        request
                        input
                        place
                        trainer
                        checkpointSeconds
                        observer
                        cancellation
                        (TrainingLoop.start, 0L)))

    /// What differs from when training began.
    let private difference (before: Map<string, string>) (now: Map<string, string>) =
        before
        |> Map.toSeq
        |> Seq.tryFind (fun (what, digest) -> now.TryFind what <> Some digest)
        |> Option.map (fst >> NotAsBefore)

    let resume adjust previous folder checkpointSeconds observer cancellation =
        let place = TrainingFolder folder

        if not (File.Exists place.Request) then
            Error(NoTraining folder)
        else
            guarded (fun () ->
                try
                    let request, digests = TrainingRequest.ofJson (File.ReadAllText place.Request)

                    let request =
                        { request with
                            Options = adjust request.Options
                        }

                    match TrainingInput.ofRequest request with
                    | Error error -> Error error
                    | Ok input ->
                        match difference digests input.Digests with
                        | Some error -> Error error
                        | None ->
                            match place.LoadCheckpoint previous with
                            | Error(UnusableCheckpoint(NoCheckpoint _, _)) when not previous ->
                                // Stopped before the first checkpoint.
                                Ok(input, request, None)
                            | Error error -> Error error
                            | Ok checkpoint -> Ok(input, request, Some checkpoint)
                with :? JsonException ->
                    Error(NoTraining folder)
                |> Result.bind (fun (input, request, checkpoint) ->
                    use trainer =
                        match checkpoint with
                        | Some checkpoint ->
                            MlstmTrainer.Resume(
                                checkpoint.Trainer,
                                trainerOptions request.Options
                            )
                        | None ->
                            MlstmTrainer.Create(
                                EngineArrays.ofWeights input.Weights,
                                trainerOptions request.Options
                            )

                    let position, rows =
                        match checkpoint with
                        | Some checkpoint -> checkpoint.Position, checkpoint.Rows
                        | None -> TrainingLoop.start, 0L

                    train
                        request
                        input
                        place
                        trainer
                        checkpointSeconds
                        observer
                        cancellation
                        (position, rows)))
