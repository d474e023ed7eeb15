namespace UniRep.Training

open UniRep
open UniRep.Compute

/// Trains in memory and writes no file.
[<RequireQualifiedAccess>]
module internal MemoryRun =
    let train run =
        use trainer = Trainers.start run.Backend run.Options run.Data.StartWeights
        let mutable best: MlstmArrays option = None
        run.Observer.OnPlan(TrainingPlan.create run.Options run.Data Position.start)

        let hooks =
            {
                OnBatch = run.Observer.OnBatch
                OnEpoch = run.Observer.OnEpoch
                OnBest = fun arrays -> best <- Some arrays
                OnPosition = fun _ _ -> true
                OnDiverged = fun _ _ _ -> ()
            }

        let outcome =
            EpochLoop.run
                run.Options
                run.Data.Split
                (Trainers.evaluator run.Backend run.Options)
                trainer
                hooks
                run.Cancellation
                Position.start

        let weights =
            match best, List.tryFindBack _.IsBest (snd outcome) with
            | Some arrays, Some report ->
                Some(Weights.ofArrays (BestModel.cardOf run.Options run.Data report.Epoch) arrays)
            | _ -> None

        BestModel.choose run weights outcome
