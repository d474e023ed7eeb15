namespace UniRep.Training

open System
open System.Diagnostics
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Definition

type Selection = { Corpus: Corpus; Indices: int[] }

type TrainingSequences =
    {
        Train: Selection
        HoldOut: Selection option
        OutOfDomain: Selection option
    }

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
        OnPosition: Position -> bool -> bool
        OnDiverged: EpochReport -> int -> DivergedQuantity -> unit
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

    let sample options selection =
        let cost index =
            int64 (selection.Corpus.Length index) + 1L

        let sums = selection.Indices |> Array.scan (fun sum index -> sum + cost index) 0L

        let count =
            sums
            |> Array.tail
            |> Array.takeWhile (fun sum -> sum <= int64 options.BatchTokens)
            |> Array.length

        { selection with
            Indices = Array.truncate (max 1 count) selection.Indices
        }

    let evaluate options (trainer: ITrainer) cancellation selection =
        let mutable nats, count = 0.0, 0L

        for batch in Batches.inOrder options.BatchTokens selection.Corpus.Length selection.Indices do
            let loss = trainer.Evaluate(tokens selection batch, LossMean.PerToken, cancellation)

            nats <- nats + loss.Nats
            count <- count + loss.Tokens

        nats / float count

    /// The model that a trainer stands for: the running mean of its parameters where one is kept.
    let private current (trainer: ITrainer) =
        match trainer.Average() with
        | null -> trainer.Parameters()
        | average -> average

    let private best position =
        position.Reports |> List.tryFind _.IsBest

    let isPatienceOver (options: TrainingOptions) position =
        match best position with
        | Some({ HoldOutLoss = Some _ } as best) when options.Patience > 0 ->
            position.Epoch - 1 - best.Epoch >= options.Patience
        | _ -> false

    /// The number of a step, or of all steps, of epochs of so many batches; no more than an integer holds.
    let private stepAfter epochs batches batch =
        int (min (int64 Int32.MaxValue) (int64 epochs * int64 batches + int64 batch))

    let run options sequences evaluator (trainer: ITrainer) hooks cancellation position =
        /// The loss of the current model; a running mean is judged by a trainer of its own.
        let judge selection =
            match trainer.Average() with
            | null -> evaluate options trainer cancellation selection
            | average ->
                use other: ITrainer = evaluator average
                evaluate options other cancellation selection

        let isFinite loss = Option.forall Double.IsFinite loss

        let diverged report batch quantity =
            let known loss = Option.filter Double.IsFinite loss

            hooks.OnDiverged
                { report with
                    HoldOutLoss = known report.HoldOutLoss
                    OutOfDomainLoss = known report.OutOfDomainLoss
                    IsBest = false
                }
                batch
                quantity

            Error(Diverged(report.Epoch, batch, quantity))

        /// What is known of an epoch without judging the model.
        let reportOf position =
            {
                Epoch = position.Epoch
                Step = trainer.Steps
                TrainLoss =
                    if position.Tokens = 0L then
                        None
                    else
                        Some(position.Nats / float position.Tokens)
                HoldOutLoss = None
                OutOfDomainLoss = None
                IsBest = false
                Tokens = position.Tokens
                Seconds = position.Seconds
            }

        let endEpoch position =
            let watch = Stopwatch.StartNew()
            let holdOut = Option.map judge sequences.HoldOut
            let outOfDomain = Option.map judge sequences.OutOfDomain

            let isBest =
                match holdOut, best position with
                | Some loss, Some { HoldOutLoss = Some lowest } -> loss < lowest
                | _ -> true

            /// Where nothing is held out, the model must at least make sense of what it was trained on.
            let trained =
                if holdOut.IsSome then
                    None
                else
                    Some(judge (sample options sequences.Train))

            let model = if isBest then Some(current trainer) else None

            let report =
                { reportOf position with
                    HoldOutLoss = holdOut
                    OutOfDomainLoss = outOfDomain
                    IsBest = isBest
                    Seconds = position.Seconds + watch.Elapsed.TotalSeconds
                }

            let fail = diverged report position.Batch

            if not (isFinite holdOut) then
                fail DivergedQuantity.ValidationLoss
            elif not (isFinite outOfDomain) then
                fail DivergedQuantity.OutOfDomainLoss
            elif not (isFinite trained) then
                fail DivergedQuantity.TrainingLoss
            elif not (Option.forall Weights.isFinite model) then
                fail DivergedQuantity.Parameters
            else
                Option.iter hooks.OnBest model
                hooks.OnEpoch report

                Ok
                    { start with
                        Epoch = position.Epoch + 1
                        Reports = report :: position.Reports
                    }

        let train (plan: int[][]) position =
            let watch = Stopwatch.StartNew()
            let batch = tokens sequences.Train plan[position.Batch]
            let loss = trainer.Gradient(batch, options.Mean, options.Window, cancellation)

            let rate =
                Schedule.rate
                    options.Schedule
                    options.WarmUp
                    (stepAfter options.Epochs plan.Length 0)
                    (options.LearningRate
                     |> Option.defaultWith (fun () -> TrainingOptions.usualRate trainer.Shape.Units))
                    (stepAfter (position.Epoch - 1) plan.Length position.Batch)

            let fail = diverged (reportOf position) (position.Batch + 1)

            if not (Double.IsFinite loss.Loss && Double.IsFinite loss.Nats) then
                fail DivergedQuantity.TrainingLoss
            else
                let norm =
                    trainer.Update(
                        AdamStep(
                            Rate = rate,
                            WeightDecay = options.WeightDecay,
                            DecaysAll = options.DecaysAll,
                            MaximalNorm = options.MaximalNorm,
                            AverageDecay = defaultArg options.Average 0.0
                        )
                    )

                if not (Double.IsFinite norm) then
                    fail DivergedQuantity.GradientNorm
                else
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

                    Ok
                        { position with
                            Batch = position.Batch + 1
                            Nats = position.Nats + loss.Nats
                            Tokens = position.Tokens + loss.Tokens
                            Seconds = position.Seconds + seconds
                        }

        let planOf epoch =
            let { Corpus = corpus; Indices = indices } = sequences.Train
            Batches.plan options.Seed epoch options.BatchTokens corpus.Length indices

        let mutable position = position
        let mutable plan = planOf position.Epoch
        let mutable ended = None

        /// Saves where training has come to. Numbers that are not finite cannot be saved: they end it at `place`.
        let save isDue (place: Position) =
            if not (hooks.OnPosition position isDue) then
                match diverged (reportOf place) place.Batch DivergedQuantity.Parameters with
                | Error ending -> ended <- Some ending
                | Ok() -> ()

        try
            while ended.IsNone do
                cancellation.ThrowIfCancellationRequested()

                if position.Epoch > options.Epochs then
                    ended <- Some Finished
                elif position.Batch = 0 && isPatienceOver options position then
                    ended <- Some StoppedEarly
                else
                    let endsEpoch = position.Epoch = 0 || position.Batch >= plan.Length

                    match (if endsEpoch then endEpoch position else train plan position) with
                    | Error ending -> ended <- Some ending
                    | Ok next ->
                        let place = if endsEpoch then position else next
                        position <- next
                        save endsEpoch place

                        if endsEpoch then
                            plan <- planOf position.Epoch
        with :? OperationCanceledException ->
            ended <- Some Interrupted
            save true position

        ended.Value, List.rev position.Reports
