namespace UniRep

open UniRep.Compute

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

    let private files paths = String.concat ", " paths

    /// What to do about numbers that are not finite.
    let private advice =
        "Train again in another folder with a lower learning rate (--learning-rate) or a smaller gradient norm (--max-norm)"

    let private describeDivergence (kept: Tuned) =
        let told = TrainingEnd.describe kept.End

        match kept.End with
        | Diverged(0, _, _) -> $"{told}. Start from other weights, or examine the sequences"
        | _ when kept.IsImproved ->
            $"{told}. {advice}. The best model so far, that of epoch {kept.BestEpoch}, is kept"
        | _ -> $"{told}. {advice}. No epoch improved the model, so the start model is kept"

    let describe error =
        match error with
        | NoSequence -> "there is no sequence to train on"
        | BadOptions errors -> errors |> List.map TrainingOptions.describe |> String.concat "; "
        | BadSequences errors -> errors |> List.map InputError.describe |> String.concat "\n"
        | NothingLeft(paths, summary) ->
            $"{files paths}: no sequence is left to use: {summary.Read} read, {summary.TooShort} too short, {summary.TooLong} too long, {summary.Invalid} not made of residues"
        | AllHeldOut count ->
            $"all {count} sequences to train on are held out as well: hold out others, or leave the hold-out to chance"
        | NothingToValidate ->
            "a search compares validation losses, but nothing can be held out of a single sequence: give more sequences or --hold-out-file, or leave the search out"
        | TooManyFolds(folds, sequences) ->
            $"--folds {folds} needs at least {folds} sequences to train on; there are {sequences}"
        | BadStart error -> $"the model to start from: {WeightStore.describe error}"
        | AlreadyTraining folder ->
            $"{folder}: holds a training already: continue it with --resume, or give another folder"
        | WouldOverwrite path ->
            $"{path}: exists, and training would overwrite it: give another folder with -o"
        | InUse folder ->
            $"{folder}: another run is training in this folder: wait until it ends, or give another folder"
        | NoTraining folder -> $"{folder}: holds no training to continue"
        | Damaged(path, reason) ->
            $"{path}: {reason}. Bring the file back as it was, or train again in another folder"
        | NotAsBefore what ->
            $"{what} is not as it was when training began: bring it back, or train again in another folder"
        | FixedOption(option, reason) -> $"{option}: {reason}"
        | UnusableCheckpoint(error, Some before) ->
            $"{Checkpoint.describe error}. The one before it is whole: {before}; continue from it with --resume --previous"
        | UnusableCheckpoint(error, None) -> Checkpoint.describe error
        | NoFolder(path, reason) -> $"{path}: cannot be written: {reason}"
        | NotWritable(path, reason) ->
            $"{path}: cannot be written: {reason}. What was saved before is kept: make room, then continue with --resume"
        | BadBackend error -> BackendError.describe error
        | TrainingDiverged kept -> describeDivergence kept
        | SearchDiverged round ->
            $"every learning rate tried in round {round} of the search diverged. {advice}"
