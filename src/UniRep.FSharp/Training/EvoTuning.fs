namespace UniRep.Training

open System
open System.Diagnostics
open System.IO
open System.Threading
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

                    match plan.Identity with
                    | Some report ->
                        print
                            $"{report.Remaining} of {report.Rows} rows remain: the others are more than {Display.short (100.0 * report.Limit)} %% identical to one before"
                    | None -> ()

                    print
                        $"""{plan.Sequences} training sequences, {plan.ValidationSequences} for validation, learning rate {Display.short plan.LearningRate}, {Display.counted plan.Epochs "epoch"}"""
            OnTrial =
                fun trial ->
                    let outcome =
                        match trial.Loss with
                        | Some loss -> $"validation loss {Display.number loss}"
                        | None -> "diverged"

                    print
                        $"round {trial.Round}, trial {trial.Trial}: learning rate {Display.short trial.LearningRate}, {outcome}"
            OnBatch =
                fun report ->
                    if sinceLine.Elapsed.TotalSeconds >= secondsPerLine then
                        print (report :> IDisplay).Summary
            OnEpoch = fun report -> print (report :> IDisplay).Summary
            Draw = None
        }

    /// A training that diverged is an error, although its best model is kept.
    let private orDiverged (tuned: Tuned) =
        match tuned.StopReason with
        | StopReason.Diverged _ -> Error(TrainingError.Diverged tuned)
        | _ -> Ok tuned

    let private guarded action =
        try
            action ()
        with TrainingFailed error ->
            Error error

    let tune backend options observer (cancellation: CancellationToken) weights sequences =
        guarded (fun () ->
            sequences
            |> Seq.map (fun sequence ->
                cancellation.ThrowIfCancellationRequested()
                sequence)
            |> Corpus.ofSequences
            |> TrainingData.ofSequences options weights
            |> Result.bind (fun data ->
                cancellation.ThrowIfCancellationRequested()

                MemoryRun.train
                    {
                        Backend = backend
                        Options = options
                        Data = data
                        Observer = observer
                        Cancellation = cancellation
                    }
                |> orDiverged))

    /// Searches if the request asks for it, then trains.
    let private train run (request: TrainingRequest) folder checkpointSeconds checkpoint =
        try
            let options =
                match request.Search with
                | Some search -> SearchRun.choose run folder checkpointSeconds search
                | None -> run.Options

            FolderRun.train { run with Options = options } folder checkpointSeconds checkpoint
            |> orDiverged
        with :? OperationCanceledException ->
            Ok
                {
                    Weights = run.Data.StartWeights
                    Epochs = []
                    StopReason = StopReason.Interrupted
                    IsImproved = false
                }

    /// Full paths, so that the files are found from any working directory.
    let private withFullPaths (request: TrainingRequest) =
        { TrainingRequest.mapFiles Path.GetFullPath request with
            Start =
                match request.Start with
                | StartModel.Weights path when File.Exists path || Directory.Exists path ->
                    StartModel.Weights(Path.GetFullPath path)
                | start -> start
        }

    /// Copies the sequences to the folder if one of their files can be read only once; gives the request that reads them
    /// again.
    let private copyStreams (folder: RunFolder) data request =
        let full = withFullPaths request

        if TrainingRequest.files request |> List.exists SequenceSource.isStream then
            let copy path (subset: Subset option) =
                [
                    match subset with
                    | Some { Corpus = corpus } ->
                        folder.WriteSequences(path, corpus)
                        string (Path.GetFileName path)
                    | None -> ()
                ]

            { SequenceSource.ofWritten full with
                Sequences = copy folder.Sequences (Some data.Split.Training)
                Validation =
                    copy
                        folder.Validation
                        (if request.Validation.IsEmpty then
                             None
                         else
                             data.Split.Validation)
                OutOfDomain = copy folder.OutOfDomain data.Split.OutOfDomain
            }
        else
            full

    /// Gives a request without a learning rate the default one.
    let private withLearningRate data (request: TrainingRequest) =
        let rate =
            TrainingOptions.learningRate data.StartWeights.Shape.Units request.Options

        { request with
            TrainingRequest.Options.LearningRate = Some rate
        }

    /// Refuses a folder with a file that training would overwrite.
    let private refuseOccupied (folder: RunFolder) =
        if folder.HoldsTraining then
            raise (TrainingFailed(TrainingError.AlreadyTraining folder.Path))

        match folder.Occupied with
        | Some path -> raise (TrainingFailed(TrainingError.WouldOverwrite path))
        | None -> ()

    /// Writes the request to the folder: from then on the folder contains a training. Cancelled before that, nothing stays.
    let private writeRequest (folder: RunFolder) data request (cancellation: CancellationToken) =
        let copied = copyStreams folder data request

        if cancellation.IsCancellationRequested then
            folder.RemoveSequences()
            cancellation.ThrowIfCancellationRequested()

        folder.WriteRequest(RequestFile.write copied data.Digests)

    let run backend (request: TrainingRequest) folder checkpointSeconds observer cancellation =
        let folder = RunFolder folder

        guarded (fun () ->
            if folder.HoldsTraining then
                // If another run is training there, that is the error.
                folder.Lock().Dispose()

            refuseOccupied folder

            TrainingData.ofRequest cancellation request
            |> Result.bind (fun data ->
                folder.Create()
                use _ = folder.Lock()
                refuseOccupied folder
                folder.RemovePartials()
                // The rate is written down, so that a later version with another default resumes to the same bits.
                let request = withLearningRate data request
                writeRequest folder data request cancellation

                train
                    {
                        Backend = backend
                        Options = request.Options
                        Data = data
                        Observer = observer
                        Cancellation = cancellation
                    }
                    request
                    folder
                    checkpointSeconds
                    None))

    let resume backend adjust previous folder checkpointSeconds observer cancellation =
        let folder = RunFolder folder

        guarded (fun () ->
            if not folder.HoldsTraining then
                Error(TrainingError.NoTraining folder.Path)
            else
                use _ = folder.Lock()
                folder.RemovePartials()

                Resume.read adjust previous cancellation folder
                |> Result.bind (fun found ->
                    train
                        {
                            Backend = backend
                            Options = found.Request.Options
                            Data = found.Data
                            Observer = observer
                            Cancellation = cancellation
                        }
                        found.Request
                        folder
                        checkpointSeconds
                        found.Checkpoint))
