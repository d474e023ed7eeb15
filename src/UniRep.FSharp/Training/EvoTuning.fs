namespace UniRep.Training

open System
open System.Diagnostics
open System.IO
open UniRep

[<RequireQualifiedAccess>]
module EvoTuning =
    let silent =
        {
            OnPlan = ignore
            OnTrial = ignore
            OnBatch = ignore
            OnEpoch = ignore
            Draw = None
        }

    let private secondsPerLine = 10.0

    let printTo (writer: TextWriter) =
        let sinceLine = Stopwatch.StartNew()

        let print (line: string) =
            writer.WriteLine line
            writer.Flush()
            sinceLine.Restart()

        {
            OnPlan =
                fun plan ->
                    for warning in plan.Warnings do
                        print $"warning: {warning}"

                    print
                        $"training on {plan.Sequences} sequences, {plan.HeldOut} held out, learning rate {Display.short plan.LearningRate}, {plan.Epochs} epochs"
            OnTrial =
                fun trial ->
                    let loss =
                        trial.Loss |> Option.map Display.number |> Option.defaultValue "diverged"

                    print
                        $"round {trial.Round}, trial {trial.Trial}: learning rate {Display.short trial.LearningRate}, hold-out {loss}"
            OnBatch =
                fun report ->
                    if sinceLine.Elapsed.TotalSeconds >= secondsPerLine then
                        print (report :> IDisplay).Summary
            OnEpoch = fun report -> print (report :> IDisplay).Summary
            Draw = None
        }

    /// A training that diverged is an error, however much of it is of use.
    let private orDiverged (tuned: Tuned) =
        match tuned.End with
        | Diverged _ -> Error(TrainingDiverged tuned)
        | _ -> Ok tuned

    let tune backend options observer weights sequences =
        try
            TrainingInput.ofSequences options weights (Corpus.ofSequences sequences)
            |> Result.bind (fun input ->
                TrainingSession.inMemory backend options input observer |> orDiverged)
        with TrainingFailed error ->
            Error error

    let private guarded folder action =
        try
            action ()
        with
        | TrainingFailed error -> Error error
        | :? IOException as error -> Error(NotWritable(folder, FileFailure.reasonOf error))
        | :? UnauthorizedAccessException as error ->
            Error(NotWritable(folder, FileFailure.reasonOf error))

    /// Searches if that was asked for, then trains.
    let private train (request: TrainingRequest) checkpoint session =
        try
            let options =
                match request.Search with
                | Some search -> TrainingSession.search session search
                | None -> session.Options

            TrainingSession.goOn { session with Options = options } checkpoint |> orDiverged
        with :? OperationCanceledException ->
            Ok
                {
                    Weights = session.Input.Weights
                    Epochs = []
                    End = Interrupted
                    IsImproved = false
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

    /// Keeps the sequences in the folder where one of their files can be read only once; gives the request that reads
    /// them again.
    let private keepStreams (place: TrainingFolder) (input: TrainingInput) request =
        let full = withFullPaths request

        if
            request.Sequences @ request.HoldOut @ request.OutOfDomain
            |> List.exists TrainingSource.isStream
        then
            let keep path corpus =
                [
                    match corpus with
                    | Some corpus ->
                        place.WriteSequences(path, corpus)
                        string (Path.GetFileName path)
                    | None -> ()
                ]

            { TrainingSource.asKept full with
                Sequences = keep place.Sequences (Some input.Corpora.ToTrain)
                HoldOut = keep place.HoldOut input.Corpora.ToValidate
                OutOfDomain = keep place.OutOfDomain input.Corpora.FromElsewhere
            }
        else
            full

    /// Refuses a folder in which something stands that training would overwrite.
    let private refuseOccupied (place: TrainingFolder) =
        if place.HoldsTraining then
            raise (TrainingFailed(AlreadyTraining place.Path))

        match place.Occupied with
        | Some path -> raise (TrainingFailed(WouldOverwrite path))
        | None -> ()

    let run backend (request: TrainingRequest) folder checkpointSeconds observer cancellation =
        let place = TrainingFolder folder

        guarded folder (fun () ->
            if place.HoldsTraining then
                // Where another run trains, that is what is told.
                place.Lock().Dispose()

            refuseOccupied place

            TrainingInput.ofRequest request
            |> Result.bind (fun input ->
                place.Make()
                use _ = place.Lock()
                refuseOccupied place
                place.RemovePartials()
                let kept = keepStreams place input request
                place.WriteRequest(RequestFile.write kept input.Digests)

                train
                    request
                    None
                    {
                        Backend = backend
                        Options = request.Options
                        Input = input
                        Folder = place
                        CheckpointSeconds = checkpointSeconds
                        Observer = observer
                        Cancellation = cancellation
                    }))

    let resume backend adjust previous folder checkpointSeconds observer cancellation =
        let place = TrainingFolder folder

        guarded folder (fun () ->
            if not place.HoldsTraining then
                Error(NoTraining folder)
            else
                use _ = place.Lock()
                place.RemovePartials()

                TrainingResumption.read adjust previous place
                |> Result.bind (fun found ->
                    train
                        found.Request
                        found.Checkpoint
                        {
                            Backend = backend
                            Options = found.Request.Options
                            Input = found.Input
                            Folder = place
                            CheckpointSeconds = checkpointSeconds
                            Observer = observer
                            Cancellation = cancellation
                        }))
