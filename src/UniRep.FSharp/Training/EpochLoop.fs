namespace UniRep.Training

open System
open System.Diagnostics
open System.Threading
open UniRep
open UniRep.Compute

type internal LoopHooks =
    {
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
        OnBest: MlstmArrays -> unit
        OnPosition: Position -> bool -> bool
        OnDiverged: EpochReport -> int -> DivergedQuantity -> unit
    }

[<RequireQualifiedAccess>]
module internal EpochLoop =
    let private tokens subset (batch: int[]) =
        Array.map (Subset.tokensOf subset) batch

    let evaluate (options: TrainingOptions) (trainer: ITrainer) cancellation subset =
        let mutable nats, count = 0.0, 0L

        let passes = Subset.passes options.Direction subset

        for batch in Batches.inOrder options.BatchTokens (Subset.lengthOf subset) passes do
            (cancellation: CancellationToken).ThrowIfCancellationRequested()
            let loss = trainer.Evaluate(tokens subset batch, LossMean.PerToken, cancellation)

            nats <- nats + loss.Nats
            count <- count + loss.Tokens

        nats / float count

    /// The model of a trainer: the exponential moving average of the weights if there is one.
    let private modelOf (trainer: ITrainer) =
        match trainer.Average() with
        | null -> trainer.Parameters()
        | average -> average

    let private adamStep options rate =
        AdamStep(
            Rate = rate,
            WeightDecay = options.WeightDecay,
            DecaysAll = options.DecaysAll,
            MaximalNorm = options.MaximalNorm,
            AverageDecay = defaultArg options.Average 0.0
        )

    let run options split evaluator (trainer: ITrainer) hooks cancellation position =
        /// The loss of the current model; an average of the weights needs a trainer of its own.
        let lossOf subset =
            match trainer.Average() with
            | null -> evaluate options trainer cancellation subset
            | average ->
                use other: ITrainer = evaluator average
                evaluate options other cancellation subset

        let batchesOf epoch =
            Subset.passes options.Direction split.Training
            |> Batches.plan options.Seed epoch options.BatchTokens (Subset.lengthOf split.Training)

        let mutable position = position
        let mutable batches = batchesOf position.Epoch
        let mutable stopped = None

        let diverge report batch quantity =
            let known = Option.filter Double.IsFinite

            hooks.OnDiverged
                { report with
                    ValidationLoss = known report.ValidationLoss
                    OutOfDomainLoss = known report.OutOfDomainLoss
                    IsBest = false
                }
                batch
                quantity

            stopped <- Some(StopReason.Diverged(report.Epoch, batch, quantity))

        /// Offers the current position for saving. If the trainer's numbers are not finite, training has diverged at `place`.
        let offer isDue place =
            if not (hooks.OnPosition position isDue) then
                diverge
                    (Position.report trainer.Steps place)
                    place.Batch
                    DivergedQuantity.Parameters

        let endEpoch () =
            let watch = Stopwatch.StartNew()
            let validation = Option.map lossOf split.Validation
            let outOfDomain = Option.map lossOf split.OutOfDomain

            /// Without a validation set, at least the loss of some training sequences must be finite.
            let training =
                if validation.IsSome then
                    None
                else
                    Some(lossOf (Subset.firstBatch options.BatchTokens split.Training))

            let isBest = Position.isBest validation position
            let model = if isBest then Some(modelOf trainer) else None
            let unevaluated = Position.report trainer.Steps position

            let report =
                { unevaluated with
                    ValidationLoss = validation
                    OutOfDomainLoss = outOfDomain
                    IsBest = isBest
                    Seconds = unevaluated.Seconds + watch.Elapsed.TotalSeconds
                }

            match
                NextAction.firstNotFinite
                    [
                        DivergedQuantity.ValidationLoss, validation
                        DivergedQuantity.OutOfDomainLoss, outOfDomain
                        DivergedQuantity.TrainingLoss, training
                    ]
            with
            | Some quantity -> diverge report position.Batch quantity
            | None when not (Option.forall Weights.isFinite model) ->
                diverge report position.Batch DivergedQuantity.Parameters
            | None ->
                Option.iter hooks.OnBest model
                hooks.OnEpoch report
                let ended = position
                position <- Position.afterEpoch report position
                offer true ended
                batches <- batchesOf position.Epoch

        let trainBatch index =
            let watch = Stopwatch.StartNew()
            let batch = tokens split.Training batches[index]
            let loss = trainer.Gradient(batch, options.Mean, options.Window, cancellation)

            let rate =
                NextAction.learningRate options trainer.Shape.Units batches.Length position

            let fail = diverge (Position.report trainer.Steps position) (index + 1)

            if not (Double.IsFinite loss.Loss && Double.IsFinite loss.Nats) then
                fail DivergedQuantity.TrainingLoss
            else
                let norm = trainer.Update(adamStep options rate)

                if not (Double.IsFinite norm) then
                    fail DivergedQuantity.GradientNorm
                else
                    let seconds = watch.Elapsed.TotalSeconds

                    hooks.OnBatch
                        {
                            Epoch = position.Epoch
                            Batch = index + 1
                            Batches = batches.Length
                            Step = trainer.Steps
                            Loss = loss.Loss
                            GradientNorm = norm
                            LearningRate = rate
                            Tokens = loss.Tokens
                            Seconds = seconds
                        }

                    position <- Position.afterBatch loss.Nats loss.Tokens seconds position
                    offer false position

        try
            while stopped.IsNone do
                (cancellation: CancellationToken).ThrowIfCancellationRequested()

                match NextAction.decide options batches.Length position with
                | NextAction.Stop reason -> stopped <- Some reason
                | NextAction.TrainBatch batch -> trainBatch batch
                | NextAction.EvaluateStart
                | NextAction.EndEpoch -> endEpoch ()
        with :? OperationCanceledException ->
            stopped <- Some StopReason.Interrupted
            offer true position

        stopped.Value, List.rev position.Reports
