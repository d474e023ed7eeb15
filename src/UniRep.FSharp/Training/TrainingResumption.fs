namespace UniRep.Training

open System
open System.IO
open UniRep
open UniRep.Definition
open UniRep.IO
open UniRep.ModelFiles

/// What a folder's training continues from.
type internal Resumption =
    {
        Request: TrainingRequest
        Input: TrainingInput
        /// None where training stopped before the first.
        Checkpoint: Checkpoint option
    }

/// Reads a training's folder and finds whether it can continue.
[<RequireQualifiedAccess>]
module internal TrainingResumption =
    /// No request is larger, whatever files it names.
    let private mostBytes = 1L <<< 26

    let private readRequest (place: TrainingFolder) =
        let damaged reason =
            Error(
                Damaged(place.Request, $"cannot be read as what a training was asked for: {reason}")
            )

        try
            if FileInfo(place.Request).Length > mostBytes then
                damaged "it is too large"
            else
                match RequestFile.read (File.ReadAllText place.Request) with
                | Ok request -> Ok request
                | Error reason -> damaged reason
        with
        | :? IOException as error -> Error(Damaged(place.Request, error.Message))
        | :? UnauthorizedAccessException as error -> Error(Damaged(place.Request, error.Message))

    /// What the folder keeps itself is named without a folder, so that it can be moved.
    let private withKept (place: TrainingFolder) (request: TrainingRequest) =
        let paths = List.map (fun path -> Path.Combine(place.Path, path))

        { request with
            Sequences = paths request.Sequences
            HoldOut = paths request.HoldOut
            OutOfDomain = paths request.OutOfDomain
        }

    /// What differs from when training began.
    let private difference (before: Map<string, string>) (now: Map<string, string>) =
        Seq.append (Map.keys before) (Map.keys now)
        |> Seq.tryFind (fun what -> before.TryFind what <> now.TryFind what)
        |> Option.map NotAsBefore

    /// The checkpoint to continue from; none where training stopped before the first.
    let private checkpointOf (place: TrainingFolder) previous (input: TrainingInput) =
        match place.LoadCheckpoint previous with
        | Ok checkpoint ->
            let shape = checkpoint.Trainer.Parameters.Shape
            let expected = input.Weights.Shape

            if
                (shape.Units, shape.Layers, shape.Embedding)
                <> (expected.Units, expected.Layers, expected.Embedding)
            then
                Error(NotAsBefore $"{place.Checkpoint}, whose model has other sizes,")
            else
                Ok(Some checkpoint)
        | Error(UnusableCheckpoint(NoCheckpoint _, _)) when not previous -> Ok None
        | Error error -> Error error

    /// The best model so far must be there: a later epoch may not be better.
    let private checkModel (place: TrainingFolder) (checkpoint: Checkpoint option) =
        match checkpoint with
        | Some { Position = { Reports = _ :: _ } } ->
            match WeightFile.load place.Model with
            | Ok _ -> Ok()
            | Error(WeightFileError.NoSuchPath path) ->
                Error(Damaged(path, "the best model of this training so far is gone"))
            | Error error -> Error(Damaged(place.Model, $"the best model so far: {error.Message}"))
        | _ -> Ok()

    /// Whether the options may take the place of those that training began with.
    let private checkOptions
        (before: TrainingRequest)
        (options: TrainingOptions)
        (checkpoint: Checkpoint option)
        =
        let old = before.Options
        let fixedEpochs reason = Error(FixedOption("epochs", reason))

        let isStopped =
            match checkpoint with
            | Some { Position = position } ->
                position.Batch = 0 && TrainingLoop.isPatienceOver old position
            | None -> false

        if
            { options with
                Epochs = old.Epochs
                Threads = old.Threads
                StateBytes = old.StateBytes
            }
            <> old
        then
            Error(FixedOption("options", "only epochs, threads and memory can change on resuming"))
        elif options.Epochs = old.Epochs then
            Ok()
        elif options.Epochs < old.Epochs then
            fixedEpochs
                $"{options.Epochs} is less than the {old.Epochs} asked for before: only more are possible on resuming"
        elif before.Search.IsSome then
            fixedEpochs "the search decides how many epochs there are: it cannot change on resuming"
        elif isStopped then
            fixedEpochs
                "training stopped early because the validation loss no longer improved: more epochs change nothing"
        else
            match TrainingOptions.check options with
            | [] -> Ok()
            | errors -> Error(BadOptions errors)

    let private epochs (options: TrainingOptions) = Display.counted options.Epochs "epoch"

    /// How a training with more epochs differs from one that was asked for as many from the beginning.
    let private warnings (before: TrainingOptions) (options: TrainingOptions) checkpoint =
        [
            match checkpoint with
            | Some checkpoint when
                options.Epochs > before.Epochs
                && options.Schedule <> Constant
                && checkpoint.Trainer.Steps > int64 options.WarmUp + 1L
                ->
                $"the learning rate has fallen as in a run of {epochs before}, and now falls as in one of {epochs options}: the model will differ from that of a run that was asked for {epochs options} from the beginning (with a constant schedule it would not)"
            | _ -> ()
        ]

    /// Reads what a folder's training continues from. `adjust` may ask for more epochs, which the folder then remembers.
    let read (adjust: TrainingOptions -> TrainingOptions) previous (place: TrainingFolder) =
        readRequest place
        |> Result.bind (fun (stored, digests) ->
            let request = withKept place stored

            TrainingInput.ofRequest request
            |> Result.bind (fun input ->
                match difference digests input.Digests with
                | Some error -> Error error
                | None ->
                    checkpointOf place previous input
                    |> Result.bind (fun checkpoint ->
                        let options = adjust request.Options

                        checkOptions request options checkpoint
                        |> Result.bind (fun () -> checkModel place checkpoint)
                        |> Result.map (fun () ->
                            if options.Epochs > request.Options.Epochs then
                                let changed =
                                    { stored with
                                        Options =
                                            { stored.Options with
                                                Epochs = options.Epochs
                                            }
                                    }

                                place.WriteRequest(RequestFile.write changed digests)

                            {
                                Request = { request with Options = options }
                                Input =
                                    { input with
                                        Warnings =
                                            input.Warnings
                                            @ warnings request.Options options checkpoint
                                    }
                                Checkpoint = checkpoint
                            }))))
