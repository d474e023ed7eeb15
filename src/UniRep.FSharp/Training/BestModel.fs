namespace UniRep.Training

open System
open UniRep
open UniRep.ModelFiles

/// Decides which model a training keeps, and whether it is better than the start model.
[<RequireQualifiedAccess>]
module internal BestModel =
    /// The card of the model after a number of epochs.
    let cardOf options data epochs =
        TrainingProvenance.card
            data.StartWeights.Card
            data.Split.Training.Indices.Length
            epochs
            options.Direction

    /// Tells whether a model has a lower loss on some training sequences than the start model.
    let private isBetterOnTrainingSet run weights =
        let subset = Subset.firstBatch run.Options.BatchTokens run.Data.Split.Training

        let loss weights =
            use trainer = Trainers.evaluator run.Backend run.Options (Weights.withHead weights)
            EpochLoop.evaluate run.Options trainer run.Cancellation subset

        loss weights < loss run.Data.StartWeights

    /// Gives the result of a training that left a best model, or none.
    let choose run (best: Weights option) (reason, reports) =
        let tuned weights reason isImproved =
            {
                Weights = weights
                Epochs = reports
                StopReason = reason
                IsImproved = isImproved
            }

        let start () =
            Weights.withCard (cardOf run.Options run.Data 0) run.Data.StartWeights

        match best, List.tryFindBack _.IsBest reports with
        | Some weights, Some report when report.Epoch > 0 ->
            if report.ValidationLoss.IsNone && reason = StopReason.Finished then
                try
                    if isBetterOnTrainingSet run weights then
                        tuned weights reason true
                    else
                        tuned (start ()) reason false
                with :? OperationCanceledException ->
                    // Resuming compares again.
                    tuned weights StopReason.Interrupted true
            else
                tuned weights reason true
        | _ -> tuned (start ()) reason false
