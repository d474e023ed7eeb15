namespace UniRep.Training

open System.Threading
open UniRep
open UniRep.ModelFiles

/// What comes of a training: which model is kept, and whether it is any better.
[<RequireQualifiedAccess>]
module internal TrainingOutcome =
    /// What is known of a model after some epochs.
    let cardOf (input: TrainingInput) epochs =
        TrainingProvenance.card input.Weights.Card input.Sequences.Train.Indices.Length epochs

    let private startModel (input: TrainingInput) =
        Weights.withCard (cardOf input 0) input.Weights

    /// Whether the model of the last epoch makes more of some sequences that it was trained on than the start model.
    let private learnt backend options (input: TrainingInput) weights =
        let loss weights =
            use trainer = Trainers.evaluator backend options (Weights.withHead weights)

            input.Sequences.Train
            |> TrainingLoop.sample options
            |> TrainingLoop.evaluate options trainer CancellationToken.None

        loss weights < loss input.Weights

    /// Judges the best model that training left, if it left one.
    let judge backend options (input: TrainingInput) (best: Weights option) (ended, reports) =
        let start = startModel input

        let tuned weights isImproved =
            {
                Weights = weights
                Epochs = reports
                End = ended
                IsImproved = isImproved
            }

        match best, List.tryFindBack _.IsBest reports with
        | Some weights, Some report when report.Epoch > 0 ->
            if report.HoldOutLoss.IsNone && ended = Finished then
                let isImproved = learnt backend options input weights
                tuned (if isImproved then weights else start) isImproved
            else
                tuned weights true
        | _ -> tuned start false
