namespace UniRep.Training

open System.IO
open UniRep
open UniRep.Definition
open UniRep.ModelFiles

/// What a training resumes from.
type internal ResumePoint =
    {
        Request: TrainingRequest
        Data: TrainingData
        /// None if training stopped before the first checkpoint.
        Checkpoint: Checkpoint option
    }

/// Reads the folder of a training and checks whether the training can resume.
[<RequireQualifiedAccess>]
module internal Resume =
    /// No request is larger, whatever files it names.
    let private mostBytes = 1L <<< 26

    let private readRequest (folder: RunFolder) =
        folder.ReadText(folder.Request, mostBytes)
        |> Result.bind RequestFile.read
        |> Result.mapError (fun reason ->
            TrainingError.Damaged(folder.Request, $"is not the request of a training: {reason}"))

    /// The names of copies in the folder have no folder, so that the folder can be moved.
    let private withFolder (folder: RunFolder) =
        TrainingRequest.mapFiles (fun path -> Path.Combine(folder.Path, path))

    /// Versions that did not write down a learning rate used another default.
    let private withLearningRate data (request: TrainingRequest) =
        let older = 0.032 / float data.StartWeights.Shape.Units

        { request with
            TrainingRequest.Options.LearningRate =
                request.Options.LearningRate |> Option.orElse (Some older)
        }

    /// What has changed since training began.
    let private difference (before: Map<string, string>) (now: Map<string, string>) =
        Seq.append (Map.keys before) (Map.keys now)
        |> Seq.tryFind (fun what -> before.TryFind what <> now.TryFind what)
        |> Option.map TrainingError.Changed

    /// The checkpoint to resume from; None if training stopped before the first.
    let private checkpointOf (folder: RunFolder) previous data =
        match folder.LoadCheckpoint previous with
        | Ok checkpoint ->
            let shape = checkpoint.Trainer.Parameters.Shape
            let expected = data.StartWeights.Shape

            if
                (shape.Units, shape.Layers, shape.Embedding)
                <> (expected.Units, expected.Layers, expected.Embedding)
            then
                Error(TrainingError.Changed $"{folder.Checkpoint}, whose model has other sizes,")
            else
                Ok(Some checkpoint)
        | Error(TrainingError.UnusableCheckpoint(CheckpointError.Missing _, _)) when not previous ->
            Ok None
        | Error error -> Error error

    /// The best model so far must be there: a later epoch may not be better.
    let private checkModel (folder: RunFolder) (checkpoint: Checkpoint option) =
        match checkpoint with
        | Some { Position = { Reports = _ :: _ } } ->
            match folder.LoadModel() with
            | Ok _ -> Ok()
            | Error(WeightFileError.NoSuchPath path) ->
                Error(TrainingError.Damaged(path, "the best model of this training so far is gone"))
            | Error error ->
                Error(
                    TrainingError.Damaged(folder.Model, $"the best model so far: {error.Message}")
                )
        | _ -> Ok()

    let private fixedOption (parameter: Hyperparameter) =
        let changeable =
            Hyperparameter.all |> List.filter _.ChangesOnResume |> List.map _.Name

        TrainingError.FixedOption(
            parameter.Name,
            $"""cannot change when a training is resumed; only {String.concat ", " changeable} can"""
        )

    /// Checks whether the options may replace those that training began with.
    let private checkOptions
        (before: TrainingRequest)
        (options: TrainingOptions)
        (checkpoint: Checkpoint option)
        =
        let old = before.Options

        let fixedEpochs reason =
            Error(TrainingError.FixedOption("epochs", reason))

        let isStopped =
            match checkpoint with
            | Some { Position = position } ->
                position.Batch = 0 && Position.isPatienceOver old position
            | None -> false

        let changed =
            Hyperparameter.all
            |> List.tryFind (fun parameter ->
                not parameter.ChangesOnResume && not (parameter.IsEqual(old, options)))

        match changed with
        | Some parameter -> Error(fixedOption parameter)
        | None when options.Epochs < old.Epochs ->
            fixedEpochs
                $"{options.Epochs} is less than the {old.Epochs} of before: on resuming there can only be more"
        | None when options.Epochs > old.Epochs && before.Search.IsSome ->
            fixedEpochs "the search chose the number of epochs: it cannot change on resuming"
        | None when options.Epochs > old.Epochs && isStopped ->
            fixedEpochs
                "training stopped early because the validation loss no longer improved: more epochs change nothing"
        | None ->
            match Hyperparameter.check None options with
            | [] -> Ok()
            | errors -> Error(TrainingError.InvalidOptions errors)

    let private epochs (options: TrainingOptions) = Display.counted options.Epochs "epoch"

    /// Warns if a training with more epochs differs from one that had this number from the start.
    let private warnings (before: TrainingOptions) (options: TrainingOptions) checkpoint =
        [
            match checkpoint with
            | Some checkpoint when
                options.Epochs > before.Epochs
                && options.Schedule <> Schedule.Constant
                && checkpoint.Trainer.Steps > int64 options.WarmUp + 1L
                ->
                $"the completed epochs used the learning rates of a run of {epochs before}, the remaining ones use those of a run of {epochs options}: the model will differ from that of a run of {epochs options} from the start (with a constant schedule it would not)"
            | _ -> ()
        ]

    /// Writes a greater number of epochs to the folder.
    let private remember
        (folder: RunFolder)
        (stored: TrainingRequest)
        digests
        (options: TrainingOptions)
        =
        if options.Epochs > stored.Options.Epochs then
            let changed =
                { stored with
                    TrainingRequest.Options.Epochs = options.Epochs
                }

            folder.WriteRequest(RequestFile.write changed digests)

    /// Reads what a training resumes from. `adjust` may change options; a greater number of epochs is written to the folder.
    let read adjust previous cancellation (folder: RunFolder) =
        readRequest folder
        |> Result.bind (fun (stored, digests) ->
            let request = withFolder folder stored

            TrainingData.ofRequest cancellation request
            |> Result.bind (fun data ->
                match difference digests data.Digests with
                | Some error -> Error error
                | None ->
                    let request = withLearningRate data request

                    checkpointOf folder previous data
                    |> Result.bind (fun checkpoint ->
                        let options: TrainingOptions = adjust request.Options

                        checkOptions request options checkpoint
                        |> Result.bind (fun () -> checkModel folder checkpoint)
                        |> Result.map (fun () ->
                            remember folder stored digests options

                            {
                                Request = { request with Options = options }
                                Data =
                                    { data with
                                        Warnings =
                                            data.Warnings
                                            @ warnings request.Options options checkpoint
                                    }
                                Checkpoint = checkpoint
                            }))))
