namespace UniRep.Training

open System
open System.IO
open UniRep
open UniRep.IO
open UniRep.ModelFiles

/// A training cannot begin, or continue.
exception internal TrainingFailed of TrainingError

/// The files of a training.
[<Sealed>]
type internal TrainingFolder(folder: string) =
    let file name = Path.Combine(folder, name)

    /// Turns a failure of the file system into an error of the training.
    let guard failure action =
        try
            action ()
        with error when FileFailure.isOne error ->
            raise (TrainingFailed(failure (FileFailure.reasonOf error)))

    let writing path action =
        guard (fun reason -> TrainingError.NotWritable(path, reason)) action

    /// For what is written before training begins.
    let beginning path action =
        guard (fun reason -> NoFolder(path, reason)) action

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

    /// What a run leaves in the folder.
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

    /// Sequences that cannot be read again, written before training begins: without a request they are nobody's.
    static let sequenceNames =
        [
            "training.sequences.fasta"
            "training.hold-out.fasta"
            "training.out-of-domain.fasta"
        ]

    static let isPartial (path: string) =
        let name = (string (Path.GetFileName path)).TrimStart '.'

        name.EndsWith(".partial", StringComparison.Ordinal)
        && names @ sequenceNames
           |> List.exists (fun known -> name.StartsWith(known + ".", StringComparison.Ordinal))

    /// Numbers that a failed lock of a file bears: EAGAIN of Linux and of macOS, and Windows' sharing violation.
    static let lockedCodes = [ 11; 35; 0x80070020 ]

    member _.Path = folder
    member _.Request = file "training.json"
    member _.Model = file "model.safetensors"
    member _.Checkpoint = file "checkpoint.safetensors"
    member _.Previous = file "checkpoint.previous.safetensors"
    member _.Metrics = file "metrics.jsonl"
    member _.Curve = file "loss.svg"

    /// Where the sequences of standard input and of pipes are kept.
    member _.Sequences = file "training.sequences.fasta"
    member _.HoldOut = file "training.hold-out.fasta"
    member _.OutOfDomain = file "training.out-of-domain.fasta"

    member this.HoldsTraining = File.Exists this.Request

    /// A file that a new training would overwrite; a link to nowhere is one as well.
    member _.Occupied =
        names
        |> List.map file
        |> List.tryFind (fun path -> Path.Exists path || not (isNull (FileInfo path).LinkTarget))

    /// Makes the folder.
    member _.Make() =
        guard
            (fun reason ->
                NoFolder(folder, (if File.Exists folder then "it is a file" else reason)))
            (fun () -> Directory.CreateDirectory folder |> ignore)

    /// Takes the folder for this run, until the lock is disposed of or the process ends, however it ends. The file stays:
    /// what counts is that it is open.
    member _.Lock() : IDisposable =
        let path = file ".lock"

        try
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
        with
        | :? IOException as error when List.contains error.HResult lockedCodes ->
            raise (TrainingFailed(InUse folder))
        | error when FileFailure.isOne error ->
            raise (TrainingFailed(NoFolder(path, FileFailure.reasonOf error)))

    /// Removes what a run that was killed was writing.
    member _.RemovePartials() =
        writing folder (fun () ->
            for path in Directory.GetFiles folder do
                if isPartial path then
                    File.Delete path)

    member this.WriteRequest(json: string) =
        replace beginning this.Request (fun writer -> writer.Write json)

    /// Writes the sequences of a corpus under one of the names for them.
    member _.WriteSequences(path, corpus) =
        replace beginning path (fun writer -> TrainingSource.write writer corpus)

    /// Does what writes a file of the folder.
    member _.Writing(path, action: unit -> unit) = writing path action

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
        | Error(NoCheckpointAccess(path, reason)) ->
            raise (TrainingFailed(TrainingError.NotWritable(path, reason)))
        | Error error ->
            raise (TrainingFailed(TrainingError.NotWritable(this.Checkpoint, error.Message)))

    /// The checkpoint to continue from.
    member this.LoadCheckpoint previous =
        let load path =
            if not (File.Exists path) && path = this.Checkpoint && File.Exists this.Previous then
                // Stopped between two renamings.
                Checkpoint.load this.Previous
            else
                Checkpoint.load path

        load (if previous then this.Previous else this.Checkpoint)
        |> Result.mapError (fun error ->
            let before =
                if not previous && Result.isOk (Checkpoint.load this.Previous) then
                    Some this.Previous
                else
                    None

            UnusableCheckpoint(error, before))

    member _.Trials = file "search.jsonl"

    /// The trials of a search that were recorded. A last line that was cut off is removed from the file.
    member this.LoadTrials() =
        if not (File.Exists this.Trials) then
            []
        else
            let text =
                guard (fun reason -> Damaged(this.Trials, reason)) (fun () ->
                    File.ReadAllText this.Trials)

            match TrialLog.read text with
            | Ok(trials, whole) ->
                if whole <> text then
                    replace writing this.Trials (fun writer -> writer.Write whole)

                trials
            | Error(line, reason) ->
                raise (
                    TrainingFailed(
                        Damaged(this.Trials, $"line {line} is not a trial of a search: {reason}")
                    )
                )

    member this.Record trial =
        writing this.Trials (fun () -> File.AppendAllText(this.Trials, TrialLog.write trial))

    /// A folder for one training of a search.
    member _.TrialFolder(name: string) = TrainingFolder(file ("search." + name))

    /// Removes the folder and all that is in it.
    member _.Remove() =
        writing folder (fun () -> Directory.Delete(folder, true))

    member this.WriteCurve(svg: string) =
        replace writing this.Curve (fun writer -> writer.Write svg)

    /// Opens the metrics with as many rows as a checkpoint knows of, or as many as there still are.
    member this.OpenMetrics(rows: int64) =
        writing this.Metrics (fun () ->
            let kept = MetricsFile.Keep(folder, rows)
            new MetricsFile(folder, Rows = kept))
