namespace UniRep.Training

open System.Runtime.CompilerServices
open UniRep

/// Changes training options, for C#.
[<Extension; Sealed; AbstractClass>]
type TrainingOptionsExtensions =
    /// <summary>Gives options with another value of one of them.</summary>
    /// <param name="options">The options to change.</param>
    /// <param name="name">A name of <c>HyperparameterModule.all</c>, such as <c>weight decay</c>.</param>
    /// <param name="value">The value as the command takes it, with a decimal point: <c>0.01</c>.</param>
    /// <exception cref="T:UniRep.UniRepException">There is no such option, or the value is out of its range.</exception>
    [<Extension>]
    static member With: options: TrainingOptions * name: string * value: string -> TrainingOptions
