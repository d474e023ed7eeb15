namespace UniRep.Training

open System
open System.Globalization
open UniRep
open UniRep.Compute

[<RequireQualifiedAccess>]
type HyperparameterGroup =
    | Optimization
    | Validation
    | Machine

[<Sealed>]
type Hyperparameter
    internal
    (
        name: string,
        group: HyperparameterGroup,
        description: string,
        form: HyperparameterForm,
        changesOnResume: bool
    ) =
    member _.Name = name
    member _.Group = group
    member _.Description = description
    member _.Value = form.Value
    member _.ChangesOnResume = changesOnResume
    member _.IsEqual(first, second) = form.IsEqual first second
    member _.IsValid options = form.IsValid options
    member _.Range = form.Range

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Hyperparameter =
    let private row group changesOnResume name description form =
        Hyperparameter(name, group, description, form, changesOnResume)

    let private optimization = row HyperparameterGroup.Optimization false
    let private validation = row HyperparameterGroup.Validation false
    let private machine = row HyperparameterGroup.Machine true
    let private any = Int32.MaxValue

    let all =
        [
            HyperparameterForm.field _.Epochs (fun value options -> { options with Epochs = value })
            |> HyperparameterForm.whole 1 1_000_000
            |> row
                HyperparameterGroup.Optimization
                true
                "epochs"
                "passes over all sequences; a training that is resumed can have more than before"

            HyperparameterForm.field _.LearningRate (fun value options ->
                { options with LearningRate = value })
            |> HyperparameterForm.optional (HyperparameterForm.above 0.0)
            |> optimization
                "learning rate"
                "peak learning rate; evotune uses 5e-4 by default, and 0.336 divided by the units above 672 units"

            HyperparameterForm.field _.BatchTokens (fun value options ->
                { options with BatchTokens = value })
            |> HyperparameterForm.whole 2 any
            |> optimization "batch tokens" "predicted tokens per batch"

            HyperparameterForm.field _.Schedule (fun value options ->
                { options with Schedule = value })
            |> HyperparameterForm.oneOf Schedule.names
            |> optimization "schedule" "learning-rate schedule after the warm-up"

            HyperparameterForm.field _.WarmUp (fun value options -> { options with WarmUp = value })
            |> HyperparameterForm.whole 0 any
            |> optimization "warm-up" "learning-rate warm-up: steps until the peak learning rate"

            HyperparameterForm.field _.WeightDecay (fun value options ->
                { options with WeightDecay = value })
            |> HyperparameterForm.number (HyperparameterForm.from 0.0)
            |> optimization "weight decay" "decoupled weight decay (AdamW)"

            HyperparameterForm.field _.DecaysAll (fun value options ->
                { options with DecaysAll = value })
            |> HyperparameterForm.switch
            |> optimization "decay all" "apply weight decay to gains, biases and the embedding too"

            HyperparameterForm.field _.MaximalNorm (fun value options ->
                { options with MaximalNorm = value })
            |> HyperparameterForm.infinityIsZero
            |> optimization
                "max norm"
                "gradient clipping: largest norm of a batch's gradient; 0 for no clipping"

            HyperparameterForm.field _.Mean (fun value options -> { options with Mean = value })
            |> HyperparameterForm.isOn LossMean.PerSequence LossMean.PerToken
            |> optimization
                "per sequence"
                "average the loss over sequences, as the original program does, instead of over tokens"

            HyperparameterForm.field _.Window (fun value options -> { options with Window = value })
            |> HyperparameterForm.whole 0 any
            |> optimization
                "bptt"
                "truncated back-propagation through time: steps that gradients flow back through; 0 for all"

            HyperparameterForm.field _.Direction (fun value options ->
                { options with Direction = value })
            |> HyperparameterForm.oneOf ReadingDirection.all
            |> optimization
                "direction"
                "order in which sequences are read; both: each sequence once in each direction per epoch, for one model that scores by the mean of both"

            HyperparameterForm.field _.Average (fun value options ->
                { options with Average = value })
            |> HyperparameterForm.noneIsZero (HyperparameterForm.below 0.0 1.0)
            |> optimization
                "average"
                "exponential moving average (EMA) of the weights: its decay per step, such as 0.999; 0 for none"

            HyperparameterForm.field _.Seed (fun value options -> { options with Seed = value })
            |> HyperparameterForm.seed
            |> optimization "seed" "random seed"

            HyperparameterForm.field _.ValidationFraction (fun value options ->
                { options with
                    ValidationFraction = value
                })
            |> HyperparameterForm.number (HyperparameterForm.below 0.0 1.0)
            |> validation
                "validation fraction"
                "fraction of the sequences to use as validation set; 0 for none"

            HyperparameterForm.field _.Patience (fun value options ->
                { options with Patience = value })
            |> HyperparameterForm.whole 0 any
            |> validation
                "patience"
                "early stopping: epochs without a lower validation loss before training stops; 0 for no early stopping"

            HyperparameterForm.field _.StateBytes (fun value options ->
                { options with StateBytes = value })
            |> HyperparameterForm.gigabytes 1_000_000.0
            |> machine
                "memory"
                "GB of memory for states kept for the backward pass; the others are computed again"

            HyperparameterForm.field _.Threads (fun value options ->
                { options with Threads = value })
            |> HyperparameterForm.whole 0 EngineOptions.MaximalThreads
            |> machine "threads" "number of threads; 0 for one per core"
        ]

    let private parse (text: string) value options =
        let invariant = CultureInfo.InvariantCulture

        match value with
        | HyperparameterValue.Whole(_, _, _, set) ->
            match Int32.TryParse(text, NumberStyles.AllowLeadingSign, invariant) with
            | true, number -> Some(set number options)
            | _ -> None
        | HyperparameterValue.Number(_, _, set) ->
            match Double.TryParse(text, NumberStyles.Float, invariant) with
            | true, number when Double.IsFinite number -> Some(set number options)
            | _ -> None
        | HyperparameterValue.Seed(_, set) ->
            match UInt64.TryParse(text, NumberStyles.None, invariant) with
            | true, number -> Some(set number options)
            | _ -> None
        | HyperparameterValue.Switch(_, set) ->
            match Boolean.TryParse text with
            | true, isOn -> Some(set isOn options)
            | _ -> None
        | HyperparameterValue.Name(names, _, set) ->
            if List.contains text names then
                Some(set text options)
            else
                None

    let set name value options =
        match all |> List.tryFind (fun parameter -> parameter.Name = name) with
        | None -> Error(TrainingOptionsError.Unknown(name, all |> List.map _.Name))
        | Some parameter ->
            match parse value parameter.Value options with
            | Some changed when parameter.IsValid changed -> Ok changed
            | _ -> Error(TrainingOptionsError.OutOfRange(name, parameter.Range))

    /// A step must not shrink a weight below zero.
    let private decaysTooFast units options =
        let rate =
            match units with
            | Some units -> TrainingOptions.learningRate units options
            | None -> defaultArg options.LearningRate 1e-5

        Double.IsFinite options.WeightDecay
        && options.WeightDecay >= 0.0
        && not (options.WeightDecay * rate < 1.0)

    let check units options =
        [
            for parameter in all do
                if not (parameter.IsValid options) then
                    TrainingOptionsError.OutOfRange(parameter.Name, parameter.Range)
            if decaysTooFast units options then
                TrainingOptionsError.OutOfRange(
                    "weight decay",
                    "0 or more, and less than 1 / learning rate"
                )
        ]
