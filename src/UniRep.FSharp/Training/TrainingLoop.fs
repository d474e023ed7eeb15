namespace UniRep

open System
open System.Diagnostics
open System.Threading
open UniRep.Compute

type Selection = { Corpus: Corpus; Indices: int[] }

type TrainingSequences =
    {
        Train: Selection
        HoldOut: Selection option
        OutOfDomain: Selection option
    }

type TrainingEnd =
    | Finished
    | StoppedEarly
    | Interrupted
    | Diverged of epoch: int * batch: int

type internal Position =
    {
        Epoch: int
        Batch: int
        Nats: float
        Tokens: int64
        Seconds: float
        Reports: EpochReport list
    }

type internal TrainingHooks =
    {
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
        OnBest: MlstmArrays -> unit
        OnPosition: Position -> bool -> unit
    }

[<RequireQualifiedAccess>]
module internal TrainingLoop =
    let start =
        {
            Epoch = 0
            Batch = 0
            Nats = 0.0
            Tokens = 0L
            Seconds = 0.0
            Reports = []
        }

    let private tokens selection (batch: int[]) = Array.map selection.Corpus.Tokens batch

    let evaluate options (trainer: MlstmTrainer) cancellation selection =
        let mutable nats, count = 0.0, 0L

        for batch in Batches.inOrder options.BatchTokens selection.Corpus.Length selection.Indices do
            let loss = trainer.Evaluate(tokens selection batch, LossMean.PerToken, cancellation)

            nats <- nats + loss.Nats
            count <- count + loss.Tokens

        nats / float count

    /// The model that a trainer stands for: the running mean of its parameters where one is kept.
    let private current (trainer: MlstmTrainer) =
        match trainer.Average() with
        | null -> trainer.Parameters()
        | average -> average

    let run options sequences (trainer: MlstmTrainer) hooks cancellation position =
        /// Judges the current model; a running mean is judged by a trainer of its own.
        let judge selection =
            match trainer.Average() with
            | null -> evaluate options trainer cancellation selection
            | average ->
                use other = MlstmTrainer.Create(average, TrainerOptions(Threads = options.Threads))

                evaluate options other cancellation selection

        let best position =
            position.Reports |> List.tryFind _.IsBest

        let endEpoch position =
            let watch = Stopwatch.StartNew()
            let holdOut = Option.map judge sequences.HoldOut
            let outOfDomain = Option.map judge sequences.OutOfDomain

            let isBest =
                match holdOut, best position with
                | Some loss, Some { HoldOutLoss = Some lowest } -> loss < lowest
                | _ -> true

            let report =
                {
                    Epoch = position.Epoch
                    Step = trainer.Steps
                    TrainLoss =
                        if position.Tokens = 0L then
                            None
                        else
                            Some(position.Nats / float position.Tokens)
                    HoldOutLoss = holdOut
                    OutOfDomainLoss = outOfDomain
                    IsBest = isBest
                    Tokens = position.Tokens
                    Seconds = position.Seconds + watch.Elapsed.TotalSeconds
                }

            if isBest then
                hooks.OnBest(current trainer)

            hooks.OnEpoch report

            { start with
                Epoch = position.Epoch + 1
                Reports = report :: position.Reports
            }

        let train (plan: int[][]) position =
            let watch = Stopwatch.StartNew()
            let batch = tokens sequences.Train plan[position.Batch]
            let loss = trainer.Gradient(batch, options.Mean, options.Window, cancellation)
            let step = (position.Epoch - 1) * plan.Length + position.Batch

            let rate =
                Schedule.rate
                    options.Schedule
                    options.WarmUp
                    (options.Epochs * plan.Length)
                    (options.LearningRate
                     |> Option.defaultWith (fun () -> TrainingOptions.usualRate trainer.Shape.Units))
                    step

            let norm =
                if Double.IsFinite loss.Loss then
                    trainer.Update(
                        AdamStep(
                            Rate = rate,
                            WeightDecay = options.WeightDecay,
                            DecaysAll = options.DecaysAll,
                            MaximalNorm = options.MaximalNorm,
                            AverageDecay = defaultArg options.Average 0.0
                        )
                    )
                else
                    nan

            if Double.IsFinite norm then
                let seconds = watch.Elapsed.TotalSeconds

                hooks.OnBatch
                    {
                        Epoch = position.Epoch
                        Batch = position.Batch + 1
                        Batches = plan.Length
                        Step = trainer.Steps
                        Loss = loss.Loss
                        GradientNorm = norm
                        LearningRate = rate
                        Tokens = loss.Tokens
                        Seconds = seconds
                    }

                Some
                    { position with
                        Batch = position.Batch + 1
                        Nats = position.Nats + loss.Nats
                        Tokens = position.Tokens + loss.Tokens
                        Seconds = position.Seconds + seconds
                    }
            else
                None

        /// Whether the hold-out loss has not fallen for too long.
        let isPatienceOver position =
            match best position with
            | Some best when options.Patience > 0 && sequences.HoldOut.IsSome ->
                position.Epoch - 1 - best.Epoch >= options.Patience
            | _ -> false

        let planOf epoch =
            let { Corpus = corpus; Indices = indices } = sequences.Train
            Batches.plan options.Seed epoch options.BatchTokens corpus.Length indices

        let mutable position = position
        let mutable plan = planOf position.Epoch
        let mutable ended = None

        let goOn next endsEpoch =
            position <- next
            hooks.OnPosition position endsEpoch

        try
            while ended.IsNone do
                cancellation.ThrowIfCancellationRequested()

                if position.Epoch > options.Epochs then
                    ended <- Some Finished
                elif position.Batch = 0 && isPatienceOver position then
                    ended <- Some StoppedEarly
                elif position.Epoch > 0 && position.Batch < plan.Length then
                    match train plan position with
                    | Some next -> goOn next false
                    | None -> ended <- Some(Diverged(position.Epoch, position.Batch + 1))
                else
                    goOn (endEpoch position) true
                    plan <- planOf position.Epoch
        with :? OperationCanceledException ->
            hooks.OnPosition position true
            ended <- Some Interrupted

        ended.Value, List.rev position.Reports
