namespace UniRep.Training

open System
open UniRep

/// Searches for a learning rate and a number of epochs, with a folder for every trial.
[<RequireQualifiedAccess>]
module internal SearchRun =
    /// The checkpoint of a trial that was interrupted, if the trial can resume from it.
    let private checkpointOf (folder: RunFolder) =
        match folder.LoadCheckpoint false with
        | Ok checkpoint when Result.isOk (folder.LoadModel()) -> Some checkpoint
        | _ -> None

    /// Trains in a folder that is removed when training has ended; gives the epochs, or None if training diverged.
    let private trial run (folder: RunFolder) checkpointSeconds name options split =
        let place: RunFolder = folder.TrialFolder name
        place.Create()
        place.RemovePartials()

        let tuned =
            FolderRun.train
                { run with
                    Options = options
                    Data = { run.Data with Split = split }
                    Observer =
                        { run.Observer with
                            OnPlan = ignore
                            OnEpoch = ignore
                        }
                }
                place
                checkpointSeconds
                (checkpointOf place)

        match tuned.StopReason with
        | StopReason.Interrupted -> raise (OperationCanceledException())
        | StopReason.Diverged _ ->
            place.Remove()
            None
        | StopReason.Finished
        | StopReason.EarlyStopping ->
            place.Remove()
            Some tuned.Epochs

    /// Gives the options with the best learning rate and its number of epochs. Recorded trials are not run again. Raises
    /// OperationCanceledException, and TrainingFailed if every trial diverges.
    let choose run (folder: RunFolder) checkpointSeconds search =
        let record trial =
            folder.Record trial
            run.Observer.OnTrial trial

        match
            Search.choose
                run.Options
                search
                (TrainingOptions.learningRate run.Data.StartWeights.Shape.Units run.Options)
                run.Data.Split
                (folder.LoadTrials())
                record
                (trial run folder checkpointSeconds)
        with
        | Ok winner ->
            { run.Options with
                LearningRate = Some winner.LearningRate
                Epochs = winner.BestEpoch
            }
        | Error round -> raise (TrainingFailed(TrainingError.SearchDiverged round))
