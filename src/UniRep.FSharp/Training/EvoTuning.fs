namespace UniRep

open System
open System.IO
open System.Text.Json

[<RequireQualifiedAccess>]
module EvoTuning =
    let silent =
        {
            OnPlan = ignore
            OnTrial = ignore
            OnBatch = ignore
            OnEpoch = ignore
        }

    let tune options observer weights sequences =
        TrainingInput.ofSequences options weights (Corpus.ofSequences sequences)
        |> Result.map (fun input -> TrainingSession.inMemory options input observer)

    let private guarded action =
        try
            action ()
        with
        | TrainingFailed error -> Error error
        | :? IOException as error -> Error(NotWritable("the folder", error.Message))

    /// Searches if that was asked for, then trains.
    let private train (request: TrainingRequest) checkpoint session =
        try
            let options =
                match request.Search with
                | Some search -> TrainingSession.search session search
                | None -> session.Options

            TrainingSession.goOn { session with Options = options } checkpoint |> Ok
        with :? OperationCanceledException ->
            Ok
                {
                    Weights = session.Input.Weights
                    Epochs = []
                    End = Interrupted
                }

    /// Files and weights as they are found from any folder.
    let private withFullPaths (request: TrainingRequest) =
        { request with
            Start =
                match request.Start with
                | FromWeights path when File.Exists path || Directory.Exists path ->
                    FromWeights(Path.GetFullPath path)
                | start -> start
            Sequences = List.map Path.GetFullPath request.Sequences
            HoldOut = List.map Path.GetFullPath request.HoldOut
            OutOfDomain = List.map Path.GetFullPath request.OutOfDomain
        }

    let run (request: TrainingRequest) folder checkpointSeconds observer cancellation =
        let place = TrainingFolder folder

        if File.Exists place.Request then
            Error(AlreadyTraining folder)
        else
            TrainingInput.ofRequest request
            |> Result.bind (fun input ->
                guarded (fun () ->
                    place.Create(TrainingRequest.toJson (withFullPaths request) input.Digests)

                    train
                        request
                        None
                        {
                            Options = request.Options
                            Input = input
                            Folder = place
                            CheckpointSeconds = checkpointSeconds
                            Observer = observer
                            Cancellation = cancellation
                        }))

    /// What differs from when training began.
    let private difference (before: Map<string, string>) (now: Map<string, string>) =
        before
        |> Map.toSeq
        |> Seq.tryFind (fun (what, digest) -> now.TryFind what <> Some digest)
        |> Option.map (fst >> NotAsBefore)

    /// The request of a folder, with digests.
    let private requestOf (place: TrainingFolder) =
        try
            if File.Exists place.Request then
                Ok(TrainingRequest.ofJson (File.ReadAllText place.Request))
            else
                Error(NoTraining place.Path)
        with :? JsonException ->
            Error(NoTraining place.Path)

    /// The checkpoint to go on from; none where training stopped before the first.
    let private checkpointOf (place: TrainingFolder) previous =
        match place.LoadCheckpoint previous with
        | Ok checkpoint -> Ok(Some checkpoint)
        | Error(UnusableCheckpoint(NoCheckpoint _, _)) when not previous -> Ok None
        | Error error -> Error error

    let resume adjust previous folder checkpointSeconds observer cancellation =
        let place = TrainingFolder folder

        let goOn (request: TrainingRequest) digests =
            TrainingInput.ofRequest request
            |> Result.bind (fun input ->
                match difference digests input.Digests, checkpointOf place previous with
                | Some error, _
                | None, Error error -> Error error
                | None, Ok checkpoint ->
                    train
                        request
                        checkpoint
                        {
                            Options = request.Options
                            Input = input
                            Folder = place
                            CheckpointSeconds = checkpointSeconds
                            Observer = observer
                            Cancellation = cancellation
                        })

        guarded (fun () ->
            requestOf place
            |> Result.bind (fun (request, digests) ->
                goOn
                    { request with
                        Options = adjust request.Options
                    }
                    digests))
