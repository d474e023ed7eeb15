namespace UniRep.Tests

open UniRep

/// Models that must load.
[<RequireQualifiedAccess>]
module TestModels =
    let load backend nameOrPath =
        match Model.load backend nameOrPath with
        | Ok model -> model
        | Error error -> invalidOp (ModelError.describe error)

    let ofWeights weights =
        match Model.ofWeights Cpu.automatic weights with
        | Ok model -> model
        | Error error -> invalidOp (BackendError.describe error)
