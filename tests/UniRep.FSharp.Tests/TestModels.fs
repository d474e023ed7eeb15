namespace UniRep.Tests

open UniRep

/// Models that must load.
[<RequireQualifiedAccess>]
module TestModels =
    let load backend nameOrPath =
        Model.load backend nameOrPath |> Result.orRaise

    let ofWeights weights =
        Model.ofWeights Cpu.automatic weights |> Result.orRaise
