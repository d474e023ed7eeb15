namespace UniRep.Training

open System
open UniRep
open UniRep.Compute
open UniRep.IO

/// Finds what is wrong with a request before training begins.
[<RequireQualifiedAccess>]
module internal TrainingChecks =
    /// What a random model's sizes may be, and whether this machine can hold it in training: parameters, gradients and
    /// two means of them, beside the model itself.
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
                OutOfRange("units", "from 1 to 20000")
            elif not (within (1, 1000) shape.Layers) then
                OutOfRange("layers", "from 1 to 1000")
            elif not (within (1, 1000) shape.Embedding) then
                OutOfRange("embedding", "from 1 to 1000")
            elif needed > available then
                OutOfRange(
                    "units and layers",
                    $"fewer: such a training takes {gigabytes needed} GB, and this machine has {gigabytes available} GB"
                )
        ]

    /// Finds invalid options before anything is read.
    let ofRequest (request: TrainingRequest) =
        let paths = request.Sequences @ request.HoldOut @ request.OutOfDomain
        let streams = paths |> List.filter TrainingSource.isStream

        [
            yield! TrainingOptions.check request.Options
            match request.Start with
            | FromRandom shape -> yield! checkShape shape
            | FromWeights _ -> ()
            if request.Filter.MinLength > request.Filter.MaxLength then
                OutOfRange("minimal length", "no larger than the maximal length")
            if List.distinct streams <> streams then
                OutOfRange(
                    "standard input (-) or a pipe",
                    "given only once: it cannot be read again"
                )
            match request.Search with
            | Some search when search.Trials < 1 || search.Trials > 1000 ->
                OutOfRange("search", "from 1 to 1000")
            | Some search when search.Folds < 0 || search.Folds = 1 ->
                OutOfRange("folds", "2 or more")
            | Some search when
                search.Folds = 0 && request.HoldOut.IsEmpty && request.Options.HoldOut = 0.0
                ->
                OutOfRange("hold-out", "above 0 for a search without folds")
            | _ -> ()
        ]

    /// Checks what depends on the sequences and the start model.
    let ofSequences request (sequences: TrainingSequences) (weights: Weights) =
        let count = sequences.Train.Indices.Length

        let rate =
            request.Options.LearningRate
            |> Option.defaultValue (TrainingOptions.usualRate weights.Shape.Units)

        let check rate =
            match
                TrainingOptions.check
                    { request.Options with
                        LearningRate = Some rate
                    }
            with
            | [] -> Ok()
            | errors -> Error(BadOptions errors)

        match request.Search with
        | Some search when search.Folds > count -> Error(TooManyFolds(search.Folds, count))
        | Some search when search.Folds = 0 && sequences.HoldOut.IsNone -> Error NothingToValidate
        | Some _ -> check (Search.highest rate)
        | None -> check rate
