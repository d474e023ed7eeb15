namespace UniRep.Training

open System
open System.IO
open UniRep
open UniRep.IO
open UniRep.ModelFiles

/// The folder of a training: its files, and how they are read and written. Failures raise TrainingFailed.
[<Sealed>]
type internal RunFolder(folder: string) =
    let file name = Path.Combine(folder, name)

    /// Turns a failure of the file system into an error of the training.
    let guard failure action =
        try
            action ()
        with error when FileFailure.isOne error ->
            raise (TrainingFailed(failure (FileFailure.reasonOf error)))

    let writing path action =
        guard (fun reason -> TrainingError.NotWritable(path, reason)) action

    let reading path action =
        guard (fun reason -> TrainingError.NotReadable(path, reason)) action

    /// For what is written before training begins.
    let beginning path action =
        guard (fun reason -> TrainingError.FolderNotWritable(path, reason)) action

    let replace (writing: string -> (unit -> unit) -> unit) path (write: TextWriter -> unit) =
        writing path (fun () ->
            let partial = path + ".partial"

            try
                do
                    use stream = File.Create partial
                    use writer = new StreamWriter(stream)
                    write writer
                    writer.Flush()
                    stream.Flush true

                File.Move(partial, path, true)
            finally
                File.Delete partial)

    /// The files that a run leaves in the folder.
    static let names =
        [
            "training.json"
            "model.safetensors"
            "checkpoint.safetensors"
            "checkpoint.previous.safetensors"
            "metrics.jsonl"
            "metrics.csv"
            "loss.svg"
            "search.jsonl"
        ]

    /// Sequences that cannot be read again, written before the request. Without a request they belong to no training.
    static let sequenceNames =
        [
            "training.sequences.fasta"
            "training.validation.fasta"
            "training.hold-out.fasta"
            "training.out-of-domain.fasta"
        ]

    static let isPartial (path: string) =
        let name = (string (Path.GetFileName path)).TrimStart '.'

        name.EndsWith(".partial", StringComparison.Ordinal)
        && names @ sequenceNames
           |> List.exists (fun known -> name.StartsWith(known + ".", StringComparison.Ordinal))

    /// Codes of a lock that another run holds: EAGAIN of Linux and of macOS, and the sharing violation of Windows.
    static let lockedCodes = [ 11; 35; 0x80070020 ]

    member _.Path = folder
    member _.Request = file "training.json"
    member _.Model = file "model.safetensors"
    member _.Checkpoint = file "checkpoint.safetensors"
    member _.Previous = file "checkpoint.previous.safetensors"
    member _.Metrics = file "metrics.jsonl"
    member _.Curve = file "loss.svg"

    /// Copies of the sequences that came from standard input and pipes.
    member _.Sequences = file "training.sequences.fasta"
    member _.Validation = file "training.validation.fasta"
    member _.OutOfDomain = file "training.out-of-domain.fasta"

    member this.HoldsTraining = File.Exists this.Request

    /// A file that a new training would overwrite; a link counts even if its target does not exist.
    member _.Occupied =
        reading folder (fun () ->
            names
            |> List.map file
            |> List.tryFind (fun path ->
                Path.Exists path || not (isNull (FileInfo path).LinkTarget)))

    /// Creates the folder.
    member _.Create() =
        guard
            (fun reason ->
                TrainingError.FolderNotWritable(
                    folder,
                    (if File.Exists folder then "it is a file" else reason)
                ))
            (fun () -> Directory.CreateDirectory folder |> ignore)

    /// Locks the folder for this run until the lock is disposed of or the process ends in any way. The file stays; only an
    /// open file is a lock.
    member _.Lock() : IDisposable =
        let path = file ".lock"

        try
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
        with
        | :? IOException as error when List.contains error.HResult lockedCodes ->
            raise (TrainingFailed(TrainingError.FolderInUse folder))
        | error when FileFailure.isOne error ->
            raise (
                TrainingFailed(TrainingError.FolderNotWritable(path, FileFailure.reasonOf error))
            )

    /// Removes the temporary files of a killed run.
    member _.RemovePartials() =
        writing folder (fun () ->
            for path in Directory.GetFiles folder do
                if isPartial path then
                    File.Delete path)

    member this.WriteRequest(json: string) =
        replace beginning this.Request (fun writer -> writer.Write json)

    /// Writes a copy of the sequences of a corpus.
    member _.WriteSequences(path, corpus) =
        replace beginning path (fun writer -> SequenceSource.write writer corpus)

    /// Removes the copies of sequences, which belong to no training before the request is written.
    member _.RemoveSequences() =
        beginning folder (fun () -> sequenceNames |> List.iter (file >> File.Delete))

    /// Runs an action that writes a file of the folder.
    member _.Writing(path, action: unit -> unit) = writing path action

    /// Reads a text file of the folder that is no larger than a number of bytes.
    member _.ReadText(path: string, mostBytes: int64) =
        reading path (fun () ->
            if FileInfo(path).Length > mostBytes then
                Error "it is too large"
            else
                Ok(File.ReadAllText path))

    /// The best model so far. An error is one of the file itself.
    member this.LoadModel() =
        match WeightFile.load this.Model with
        | Error(WeightFileError.NoAccess(path, reason)) ->
            raise (TrainingFailed(TrainingError.NotReadable(path, reason)))
        | loaded -> loaded |> Result.map _.Weights

    member this.SaveModel weights =
        match WeightFile.save this.Model weights with
        | Ok() -> ()
        | Error(WeightFileError.NoAccess(path, reason)) ->
            raise (TrainingFailed(TrainingError.NotWritable(path, reason)))
        | Error error ->
            raise (TrainingFailed(TrainingError.NotWritable(this.Model, error.Message)))

    member this.SaveCheckpoint checkpoint =
        match Checkpoint.save this.Checkpoint this.Previous checkpoint with
        | Ok() -> ()
        | Error(CheckpointError.NotWritable(path, reason)) ->
            raise (TrainingFailed(TrainingError.NotWritable(path, reason)))
        | Error error ->
            raise (TrainingFailed(TrainingError.NotWritable(this.Checkpoint, error.Message)))

    /// Loads the checkpoint to resume from: the last, or the previous one.
    member this.LoadCheckpoint previous =
        let path =
            // If a run was killed between two renamings, only the previous one exists.
            if previous || (not (File.Exists this.Checkpoint) && File.Exists this.Previous) then
                this.Previous
            else
                this.Checkpoint

        Checkpoint.load path
        |> Result.mapError (fun error ->
            let intact =
                if not previous && Result.isOk (Checkpoint.load this.Previous) then
                    Some this.Previous
                else
                    None

            TrainingError.UnusableCheckpoint(error, intact))

    member _.Trials = file "search.jsonl"

    /// Reads the recorded trials of a search. A last line that was cut off is removed from the file.
    member this.LoadTrials() =
        if not (File.Exists this.Trials) then
            []
        else
            let text = reading this.Trials (fun () -> File.ReadAllText this.Trials)

            match TrialLog.read text with
            | Ok(trials, whole) ->
                if whole <> text then
                    replace writing this.Trials (fun writer -> writer.Write whole)

                trials
            | Error(line, reason) ->
                raise (
                    TrainingFailed(
                        TrainingError.Damaged(
                            this.Trials,
                            $"line {line} is not a trial of a search: {reason}"
                        )
                    )
                )

    member this.Record trial =
        writing this.Trials (fun () -> File.AppendAllText(this.Trials, TrialLog.write trial))

    /// The folder of one training of a search.
    member _.TrialFolder(name: string) = RunFolder(file ("search." + name))

    /// Removes the folder and all that is in it.
    member _.Remove() =
        writing folder (fun () -> Directory.Delete(folder, true))

    member this.WriteCurve(svg: string) =
        replace writing this.Curve (fun writer -> writer.Write svg)

    /// Opens the metrics and keeps as many rows as a checkpoint knows of, or all if there are fewer.
    member this.OpenMetrics(rows: int64) =
        writing this.Metrics (fun () ->
            let kept = MetricsFile.Keep(folder, rows)
            new MetricsFile(folder, Rows = kept))
