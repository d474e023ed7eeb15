module UniRep.Tests.HyperparameterTests

open System
open FSharp.Reflection
open UniRep.Training
open UniRep.Compute
open Xunit

/// Sets a hyper-parameter to another valid value.
let private change (parameter: Hyperparameter) options =
    match parameter.Value with
    | HyperparameterValue.Whole(_, _, get, set) -> set (get options + 1) options
    | HyperparameterValue.Number(_, get, set) ->
        set (Option.defaultValue 1e-3 (get options) / 2.0 + 0.125) options
    | HyperparameterValue.Seed(get, set) -> set (get options + 1UL) options
    | HyperparameterValue.Switch(get, set) -> set (not (get options)) options
    | HyperparameterValue.Name(names, get, set) ->
        set (names |> List.find ((<>) (get options))) options

[<Fact>]
let ``the table describes every training option once`` () =
    let fields = FSharpType.GetRecordFields typeof<TrainingOptions>

    /// The fields that a row of the table changes.
    let changedBy parameter =
        let changed = change parameter TrainingOptions.evotune

        fields
        |> Array.filter (fun field ->
            field.GetValue changed <> field.GetValue TrainingOptions.evotune)
        |> Array.map _.Name

    Assert.Equal<string list>(
        fields |> Array.map _.Name |> List.ofArray |> List.sort,
        Hyperparameter.all |> List.map (changedBy >> Array.exactlyOne) |> List.sort
    )

    let names = Hyperparameter.all |> List.map _.Name
    Assert.Equal<string list>(List.distinct names, names)

[<Fact>]
let ``the defaults are valid`` () =
    Assert.Empty(Hyperparameter.check None TrainingOptions.evotune)
    Assert.Empty(Hyperparameter.check (Some 64) TrainingOptions.scratch)

[<Fact>]
let ``epochs, memory and threads alone change when a training is resumed`` () =
    Assert.Equal<string list>(
        [ "epochs"; "memory"; "threads" ],
        Hyperparameter.all |> List.filter _.ChangesOnResume |> List.map _.Name
    )

let private number name =
    Hyperparameter.all
    |> List.pick (fun parameter ->
        match parameter.Value with
        | HyperparameterValue.Number(_, get, set) when parameter.Name = name -> Some(get, set)
        | _ -> None)

[<Fact>]
let ``zero stands for no average and for no clipping`` () =
    let _, setAverage = number "average"
    let getNorm, setNorm = number "max norm"

    let options = TrainingOptions.evotune |> setAverage 0.9 |> setNorm 0.0
    Assert.Equal(Some 0.9, options.Average)
    Assert.True(Double.IsPositiveInfinity options.MaximalNorm)
    Assert.Equal(Some 0.0, getNorm options)
    Assert.Equal(None, (setAverage 0.0 options).Average)

[<Fact>]
let ``memory is given in gigabytes`` () =
    let get, set = number "memory"
    let options = set 0.5 TrainingOptions.evotune
    Assert.Equal(1L <<< 29, options.StateBytes)
    Assert.Equal(Some 0.5, get options)

[<Fact>]
let ``every value out of its range is refused by name`` () =
    let options =
        {
            Epochs = 0
            BatchTokens = 1
            LearningRate = Some nan
            Schedule = Schedule.Cosine
            WarmUp = -1
            WeightDecay = infinity
            DecaysAll = false
            MaximalNorm = 0.0
            Mean = LossMean.PerToken
            Window = -1
            Average = Some 1.0
            ValidationFraction = -0.1
            Patience = -1
            Seed = 0UL
            Threads = EngineOptions.MaximalThreads + 1
            StateBytes = -1L
        }

    Assert.Equal<string list>(
        [
            "epochs: must be from 1 to 1000000"
            "learning rate: must be above 0"
            "batch tokens: must be 2 or more"
            "warm-up: must be 0 or more"
            "weight decay: must be 0 or more"
            "max norm: must be above 0"
            "bptt: must be 0 or more"
            "average: must be from 0 to below 1"
            "validation fraction: must be from 0 to below 1"
            "patience: must be 0 or more"
            "memory: must be 0 or more"
            $"threads: must be from 0 to {EngineOptions.MaximalThreads}"
        ],
        Hyperparameter.check None options |> List.map _.Message
    )

[<Fact>]
let ``weight decay that shrinks weights below zero is refused`` () =
    let decaying rate =
        { TrainingOptions.evotune with
            LearningRate = rate
            WeightDecay = 1000.0
        }

    let names units options =
        Hyperparameter.check units options
        |> List.map _.Message
        |> List.map (fun message -> (message.Split ':')[0])

    Assert.Equal<string list>([ "weight decay" ], names None (decaying (Some 2e-3)))
    Assert.Equal<string list>([ "weight decay" ], names (Some 20) (decaying None))
    Assert.Empty(names (Some 64) (decaying None))

[<Theory>]
[<InlineData("epochs", "20")>]
[<InlineData("learning rate", "0.001")>]
[<InlineData("schedule", "linear")>]
[<InlineData("per sequence", "true")>]
[<InlineData("seed", "18446744073709551615")>]
let ``a hyper-parameter is set by its name to a value in text`` name value =
    let text options =
        Hyperparameter.all
        |> List.find (fun parameter -> parameter.Name = name)
        |> fun parameter ->
            match parameter.Value with
            | HyperparameterValue.Whole(_, _, get, _) -> string (get options)
            | HyperparameterValue.Number(_, get, _) -> string (get options).Value
            | HyperparameterValue.Seed(get, _) -> string (get options)
            | HyperparameterValue.Switch(get, _) -> (string (get options)).ToLowerInvariant()
            | HyperparameterValue.Name(_, get, _) -> get options

    match Hyperparameter.set name value TrainingOptions.evotune with
    | Ok options -> Assert.Equal(value, text options)
    | Error error -> Assert.Fail error.Message

[<Theory>]
[<InlineData("epochs", "0", "epochs: must be from 1 to 1000000")>]
[<InlineData("epochs", "1.5", "epochs: must be from 1 to 1000000")>]
[<InlineData("learning rate", "0,001", "learning rate: must be above 0")>]
[<InlineData("learning rate", "NaN", "learning rate: must be above 0")>]
[<InlineData("max norm", "-1", "max norm: must be above 0")>]
[<InlineData("schedule", "sine", "schedule: must be constant, cosine, linear")>]
[<InlineData("decay all", "yes", "decay all: must be true or false")>]
[<InlineData("per sequence", "2", "per sequence: must be true or false")>]
[<InlineData("seed", "-1", "seed: must be a whole number")>]
let ``a text that is not a value is refused`` name value message =
    match Hyperparameter.set name value TrainingOptions.evotune with
    | Ok options -> Assert.Fail $"{options}"
    | Error error -> Assert.Equal(message, error.Message)

[<Fact>]
let ``a name that is not a hyper-parameter is refused with those there are`` () =
    match Hyperparameter.set "weight-decay" "0.1" TrainingOptions.evotune with
    | Error(TrainingOptionsError.Unknown("weight-decay", known)) ->
        Assert.Contains("weight decay", known)
    | other -> Assert.Fail $"{other}"
