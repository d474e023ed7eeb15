namespace UniRep.Training

open UniRep
open UniRep.IO
open UniRep.ModelFiles

/// Texts of messages about trainings.
module private TrainingText =
    let private retry =
        "Train again in another folder with a lower learning rate or a smaller maximal gradient norm"

    let divergence (kept: Tuned) =
        let ended = StopReason.describe kept.StopReason

        match kept.StopReason with
        | StopReason.Diverged(0, _, _) ->
            $"{ended}. Start from other weights, or examine the sequences"
        | _ when kept.IsImproved ->
            $"{ended}. {retry}. The best model so far, that of epoch {kept.BestEpoch}, is kept"
        | _ -> $"{ended}. {retry}. No epoch improved the model, so the start model is kept"

    let searchDivergence round =
        $"every learning rate tried in round {round} of the search diverged. {retry}"

    let nothingLeft files (summary: CorpusSummary) =
        let files = String.concat ", " files

        $"{files}: no sequence is left to use: {summary.Read} read, {summary.TooShort} too short, {summary.TooLong} too long, {summary.Invalid} not made of residues"

[<RequireQualifiedAccess>]
type TrainingError =
    | NoSequences
    | InvalidOptions of TrainingOptionsError list
    | InvalidSequences of InputError list
    | NothingLeft of files: string list * summary: CorpusSummary
    | AllInValidationSet of count: int
    | NoValidationSet
    | TooManyFolds of folds: int * sequences: int
    | StartModel of WeightStoreError
    | AlreadyTraining of folder: string
    | WouldOverwrite of path: string
    | FolderInUse of folder: string
    | NoTraining of folder: string
    | Damaged of path: string * reason: string
    | Changed of what: string
    | FixedOption of option: string * reason: string
    | UnusableCheckpoint of error: CheckpointError * previous: string option
    | FolderNotWritable of path: string * reason: string
    | NotReadable of path: string * reason: string
    | NotWritable of path: string * reason: string
    | Backend of BackendError
    | Diverged of kept: Tuned
    | SearchDiverged of round: int

    member this.Message =
        match this with
        | NoSequences -> "there is no sequence to train on"
        | InvalidOptions errors -> errors |> List.map _.Message |> String.concat "; "
        | InvalidSequences errors -> errors |> List.map _.Message |> String.concat "\n"
        | NothingLeft(files, summary) -> TrainingText.nothingLeft files summary
        | AllInValidationSet count ->
            $"all {count} training sequences are in the validation set as well: give another validation set, or none to use a random part of the sequences"
        | NoValidationSet ->
            "a search compares validation losses, but a single sequence cannot be split into a training and a validation set: give more sequences or a validation set, or do not search"
        | TooManyFolds(folds, sequences) ->
            $"{folds} folds need at least {folds} training sequences; there are {sequences}"
        | StartModel error -> $"the start model: {error.Message}"
        | AlreadyTraining folder ->
            $"{folder}: contains a training already: resume it, or give another folder"
        | WouldOverwrite path ->
            $"{path}: exists, and training would overwrite it: give another folder"
        | FolderInUse folder ->
            $"{folder}: another run is training in this folder: wait until it ends, or give another folder"
        | NoTraining folder -> $"{folder}: contains no training to resume"
        | Damaged(path, reason) ->
            $"{path}: {reason}. Restore the file, or train again in another folder"
        | Changed what ->
            $"{what} has changed since training began: restore it, or train again in another folder"
        | FixedOption(option, reason) -> $"{option}: {reason}"
        | UnusableCheckpoint(error, Some previous) ->
            $"{error.Message}. The previous checkpoint is intact ({previous}): resume from it"
        | UnusableCheckpoint(error, None) -> error.Message
        | FolderNotWritable(path, reason) -> $"{path}: cannot be written: {reason}"
        | NotReadable(path, reason) -> $"{path}: cannot be read: {reason}"
        | NotWritable(path, reason) ->
            $"{path}: cannot be written: {reason}. What was saved before is kept: free space, then resume"
        | Backend error -> error.Message
        | Diverged kept -> TrainingText.divergence kept
        | SearchDiverged round -> TrainingText.searchDivergence round

    interface IError with
        member this.Message = this.Message

exception internal TrainingFailed of TrainingError
