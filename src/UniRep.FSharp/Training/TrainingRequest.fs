namespace UniRep.Training

open UniRep
open UniRep.Compute
open UniRep.IO
open UniRep.ModelFiles

type TrainingStart =
    | FromWeights of nameOrPath: string
    | FromRandom of shape: MlstmShape

type TrainingRequest =
    {
        Start: TrainingStart
        Sequences: string list
        HoldOut: string list
        OutOfDomain: string list
        Reading: InputOptions
        Filter: CorpusFilter
        Options: TrainingOptions
        Search: SearchOptions option
    }

/// Texts of messages about trainings.
module internal TrainingText =
    let private retry =
        "Train again in another folder with a lower learning rate or a smaller maximal gradient norm"

    let divergence (kept: Tuned) =
        let ended = TrainingEnd.describe kept.End

        match kept.End with
        | Diverged(0, _, _) -> $"{ended}. Start from other weights, or examine the sequences"
        | _ when kept.IsImproved ->
            $"{ended}. {retry}. The best model so far, that of epoch {kept.BestEpoch}, is kept"
        | _ -> $"{ended}. {retry}. No epoch improved the model, so the start model is kept"

    let searchDivergence round =
        $"every learning rate tried in round {round} of the search diverged. {retry}"

    let nothingLeft files (summary: CorpusSummary) =
        let files = String.concat ", " files

        $"{files}: no sequence is left to use: {summary.Read} read, {summary.TooShort} too short, {summary.TooLong} too long, {summary.Invalid} not made of residues"

type TrainingError =
    | NoSequence
    | BadOptions of TrainingOptionsError list
    | BadSequences of InputError list
    | NothingLeft of files: string list * summary: CorpusSummary
    | AllHeldOut of count: int
    | NothingToValidate
    | TooManyFolds of folds: int * sequences: int
    | BadStart of WeightStoreError
    | AlreadyTraining of folder: string
    | WouldOverwrite of path: string
    | InUse of folder: string
    | NoTraining of folder: string
    | Damaged of path: string * reason: string
    | NotAsBefore of what: string
    | FixedOption of option: string * reason: string
    | UnusableCheckpoint of error: CheckpointError * before: string option
    | NoFolder of path: string * reason: string
    | NotWritable of path: string * reason: string
    | BadBackend of BackendError
    | TrainingDiverged of kept: Tuned
    | SearchDiverged of round: int

    member this.Message =
        match this with
        | NoSequence -> "there is no sequence to train on"
        | BadOptions errors -> errors |> List.map _.Message |> String.concat "; "
        | BadSequences errors -> errors |> List.map _.Message |> String.concat "\n"
        | NothingLeft(files, summary) -> TrainingText.nothingLeft files summary
        | AllHeldOut count ->
            $"all {count} sequences to train on are in the validation set as well: give another validation set, or let one be chosen at random"
        | NothingToValidate ->
            "a search compares validation losses, but nothing can be held out of a single sequence: give more sequences or a validation set, or leave the search out"
        | TooManyFolds(folds, sequences) ->
            $"{folds} folds need at least {folds} sequences to train on; there are {sequences}"
        | BadStart error -> $"the model to start from: {error.Message}"
        | AlreadyTraining folder ->
            $"{folder}: holds a training already: resume it, or give another folder"
        | WouldOverwrite path ->
            $"{path}: exists, and training would overwrite it: give another folder"
        | InUse folder ->
            $"{folder}: another run is training in this folder: wait until it ends, or give another folder"
        | NoTraining folder -> $"{folder}: holds no training to resume"
        | Damaged(path, reason) ->
            $"{path}: {reason}. Restore the file, or train again in another folder"
        | NotAsBefore what ->
            $"{what} is not as it was when training began: restore it, or train again in another folder"
        | FixedOption(option, reason) -> $"{option}: {reason}"
        | UnusableCheckpoint(error, Some before) ->
            $"{error.Message}. The previous checkpoint is intact ({before}): resume from it"
        | UnusableCheckpoint(error, None) -> error.Message
        | NoFolder(path, reason) -> $"{path}: cannot be written: {reason}"
        | NotWritable(path, reason) ->
            $"{path}: cannot be written: {reason}. What was saved before is kept: free space, then resume"
        | BadBackend error -> error.Message
        | TrainingDiverged kept -> TrainingText.divergence kept
        | SearchDiverged round -> TrainingText.searchDivergence round

    interface IError with
        member this.Message = this.Message

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingRequest =
    let private ofStart start options sequences =
        {
            Start = start
            Sequences = sequences
            HoldOut = []
            OutOfDomain = []
            Reading = SequenceFile.defaults
            Filter = Corpus.everything
            Options = options
            Search = None
        }

    let evotune sequences =
        ofStart (FromWeights WeightCatalog.defaultName) TrainingOptions.evotune sequences

    let scratch shape sequences =
        ofStart (FromRandom shape) TrainingOptions.scratch sequences
