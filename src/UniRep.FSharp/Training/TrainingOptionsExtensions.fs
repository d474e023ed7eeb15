namespace UniRep.Training

open System
open System.Runtime.CompilerServices
open UniRep

[<Extension; Sealed; AbstractClass>]
type TrainingOptionsExtensions =
    [<Extension>]
    static member With(options: TrainingOptions, name: string, value: string) : TrainingOptions =
        ArgumentNullException.ThrowIfNull(options, "options")
        ArgumentNullException.ThrowIfNull(name, "name")
        ArgumentNullException.ThrowIfNull(value, "value")
        Hyperparameter.set name value options |> Result.orRaise
