namespace UniRep.Training

open System
open UniRep
open UniRep.Compute
open UniRep.IO

/// Finds what is wrong with a request before training begins.
[<RequireQualifiedAccess>]
module internal RequestChecks =
    /// Checks the sizes of a random model, and whether it fits into the memory of this machine: the model, parameters,
    /// gradients and two moments of them.
    let private checkShape (shape: MlstmShape) =
        let within (low, high) size = size >= low && size <= high

        let units, layers, embedding =
            int64 shape.Units, int64 shape.Layers, int64 shape.Embedding

        let parameters =
            26L * embedding
            + 5L * units * (embedding + units)
            + (layers - 1L) * 10L * units * units

        let needed = 5L * 4L * parameters
        let available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        let gigabytes bytes = Display.short (float bytes / 1e9)

        [
            if not (within (1, 20_000) shape.Units) then
                TrainingOptionsError.OutOfRange("units", "from 1 to 20000")
            elif not (within (1, 1000) shape.Layers) then
                TrainingOptionsError.OutOfRange("layers", "from 1 to 1000")
            elif not (within (1, 1000) shape.Embedding) then
                TrainingOptionsError.OutOfRange("embedding", "from 1 to 1000")
            elif needed > available then
                TrainingOptionsError.OutOfRange(
                    "units and layers",
                    $"fewer: such a training takes {gigabytes needed} GB, and this machine has {gigabytes available} GB"
                )
        ]

    /// Finds invalid options before anything is read.
    let ofRequest (request: TrainingRequest) =
        let streams = TrainingRequest.files request |> List.filter SequenceSource.isStream

        [
            yield! Hyperparameter.check None request.Options
            match request.Start with
            | StartModel.Random shape -> yield! checkShape shape
            | StartModel.Weights _ -> ()
            if request.Filter.MinLength > request.Filter.MaxLength then
                TrainingOptionsError.OutOfRange(
                    "minimal length",
                    "no larger than the maximal length"
                )
            if not (Option.forall RowIdentity.isLimit request.Filter.MaxIdentity) then
                TrainingOptionsError.OutOfRange("maximal identity", "above 0 and at most 1")
            if List.distinct streams <> streams then
                TrainingOptionsError.OutOfRange(
                    "standard input (-) or a pipe",
                    "given only once: it cannot be read again"
                )
            match request.Search with
            | Some search when search.Trials < 1 || search.Trials > 1000 ->
                TrainingOptionsError.OutOfRange("search", "from 1 to 1000")
            | Some search when search.Folds < 0 || search.Folds = 1 ->
                TrainingOptionsError.OutOfRange("folds", "2 or more")
            | Some search when
                search.Folds = 0
                && request.Validation.IsEmpty
                && request.Options.ValidationFraction = 0.0
                ->
                TrainingOptionsError.OutOfRange(
                    "validation fraction",
                    "above 0 for a search without folds"
                )
            | _ -> ()
        ]

    /// Checks what depends on the sequences and the start model.
    let ofData (request: TrainingRequest) (split: DataSplit) (weights: Weights) =
        let count = split.Training.Indices.Length
        let units = weights.Shape.Units

        let check options =
            match Hyperparameter.check (Some units) options with
            | [] -> Ok()
            | errors -> Error(TrainingError.InvalidOptions errors)

        match request.Search with
        | Some search when search.Folds > count ->
            Error(TrainingError.TooManyFolds(search.Folds, count))
        | Some search when search.Folds = 0 && split.Validation.IsNone ->
            Error TrainingError.NoValidationSet
        | Some _ ->
            let rate = TrainingOptions.learningRate units request.Options

            check
                { request.Options with
                    LearningRate = Some(Search.highest rate)
                }
        | None -> check request.Options
