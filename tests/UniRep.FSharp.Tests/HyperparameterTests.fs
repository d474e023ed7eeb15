module UniRep.Tests.HyperparameterTests

open System
open FSharp.Reflection
open UniRep
open UniRep.Training
open UniRep.Compute
open Expecto
open UniRep.Testing

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

let private number name =
    Hyperparameter.all
    |> List.pick (fun parameter ->
        match parameter.Value with
        | HyperparameterValue.Number(_, get, set) when parameter.Name = name -> Some(get, set)
        | _ -> None)

[<Tests>]
let tests =
    testList
        "HyperparameterTests"
        [
            testCase "the table describes every training option once"
            <| fun () ->
                let fields = FSharpType.GetRecordFields typeof<TrainingOptions>

                /// The fields that a row of the table changes.
                let changedBy parameter =
                    let changed = change parameter TrainingOptions.evotune

                    fields
                    |> Array.filter (fun field ->
                        field.GetValue changed <> field.GetValue TrainingOptions.evotune)
                    |> Array.map _.Name

                Assert.equal
                    (fields |> Array.map _.Name |> List.ofArray |> List.sort)
                    (Hyperparameter.all |> List.map (changedBy >> Array.exactlyOne) |> List.sort)

                let names = Hyperparameter.all |> List.map _.Name
                Assert.equal (List.distinct names) names

            testCase "the defaults are valid"
            <| fun () ->
                Assert.isEmpty (Hyperparameter.check None TrainingOptions.evotune)
                Assert.isEmpty (Hyperparameter.check (Some 64) TrainingOptions.scratch)

            testCase "epochs, memory and threads alone change when a training is resumed"
            <| fun () ->
                Assert.equal
                    [ "epochs"; "memory"; "threads" ]
                    (Hyperparameter.all |> List.filter _.ChangesOnResume |> List.map _.Name)

            testCase "zero stands for no average and for no clipping"
            <| fun () ->
                let _, setAverage = number "average"
                let getNorm, setNorm = number "max norm"

                let options = TrainingOptions.evotune |> setAverage 0.9 |> setNorm 0.0
                Assert.equal (Some 0.9) options.Average
                Assert.isTrue (Double.IsPositiveInfinity options.MaximalNorm)
                Assert.equal (Some 0.0) (getNorm options)
                Assert.equal None ((setAverage 0.0 options).Average)

            testCase "memory is given in gigabytes"
            <| fun () ->
                let get, set = number "memory"
                let options = set 0.5 TrainingOptions.evotune
                Assert.equal (1L <<< 29) options.StateBytes
                Assert.equal (Some 0.5) (get options)

            testCase "every value out of its range is refused by name"
            <| fun () ->
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
                        Direction = ReadingDirection.Forward
                        Average = Some 1.0
                        ValidationFraction = -0.1
                        Patience = -1
                        Seed = 0UL
                        Threads = EngineOptions.MaximalThreads + 1
                        StateBytes = -1L
                    }

                Assert.equal
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
                    ]
                    (Hyperparameter.check None options |> List.map _.Message)

            testCase "weight decay that shrinks weights below zero is refused"
            <| fun () ->
                let decaying rate =
                    { TrainingOptions.evotune with
                        LearningRate = rate
                        WeightDecay = 3000.0
                    }

                let names units options =
                    Hyperparameter.check units options
                    |> List.map _.Message
                    |> List.map (fun message -> (message.Split ':')[0])

                Assert.equal [ "weight decay" ] (names None (decaying (Some 2e-3)))
                Assert.equal [ "weight decay" ] (names (Some 20) (decaying None))
                Assert.isEmpty (names (Some 1920) (decaying None))

            testTheory
                "a hyper-parameter is set by its name to a value in text"
                [
                    "epochs", "20"
                    "learning rate", "0.001"
                    "schedule", "linear"
                    "direction", "both"
                    "per sequence", "true"
                    "seed", "18446744073709551615"
                ]
            <| fun (name, value) ->
                let text options =
                    Hyperparameter.all
                    |> List.find (fun parameter -> parameter.Name = name)
                    |> fun parameter ->
                        match parameter.Value with
                        | HyperparameterValue.Whole(_, _, get, _) -> string (get options)
                        | HyperparameterValue.Number(_, get, _) -> string (get options).Value
                        | HyperparameterValue.Seed(get, _) -> string (get options)
                        | HyperparameterValue.Switch(get, _) ->
                            (string (get options)).ToLowerInvariant()
                        | HyperparameterValue.Name(_, get, _) -> get options

                match Hyperparameter.set name value TrainingOptions.evotune with
                | Ok options -> Assert.equal value (text options)
                | Error error -> failtest error.Message

            testTheory
                "a text that is not a value is refused"
                [
                    "epochs", "0", "epochs: must be from 1 to 1000000"
                    "epochs", "1.5", "epochs: must be from 1 to 1000000"
                    "learning rate", "0,001", "learning rate: must be above 0"
                    "learning rate", "NaN", "learning rate: must be above 0"
                    "max norm", "-1", "max norm: must be above 0"
                    "schedule", "sine", "schedule: must be constant, cosine, linear"
                    "decay all", "yes", "decay all: must be true or false"
                    "per sequence", "2", "per sequence: must be true or false"
                    "seed", "-1", "seed: must be a whole number"
                ]
            <| fun (name, value, message) ->
                match Hyperparameter.set name value TrainingOptions.evotune with
                | Ok options -> failtest $"{options}"
                | Error error -> Assert.equal message error.Message

            testCase "a name that is not a hyper-parameter is refused with those there are"
            <| fun () ->
                match Hyperparameter.set "weight-decay" "0.1" TrainingOptions.evotune with
                | Error(TrainingOptionsError.Unknown("weight-decay", known)) ->
                    Assert.has "weight decay" known
                | other -> failtest $"{other}"
        ]
