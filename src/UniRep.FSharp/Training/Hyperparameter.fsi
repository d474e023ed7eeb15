namespace UniRep.Training

open UniRep

/// What a hyper-parameter concerns.
[<RequireQualifiedAccess>]
type HyperparameterGroup =
    /// How the weights change.
    | Optimization
    /// How the model is validated, and when training stops.
    | Validation
    /// How fast training runs; no bit of the model depends on it.
    | Machine

/// A field of `TrainingOptions`, described: command lines, range checks and the rules of resuming are made from this.
[<Sealed>]
type Hyperparameter =
    /// Gets its name in messages: `weight decay`. The option of the command is called `--weight-decay`.
    member Name: string

    /// Gets what it concerns.
    member Group: HyperparameterGroup

    /// Gets what it is, in one line without a full stop.
    member Description: string

    /// Gets its values.
    member Value: HyperparameterValue

    /// Gets whether it may change when a training is resumed.
    member ChangesOnResume: bool

    /// Tells whether options have the same value of it.
    member internal IsEqual: first: TrainingOptions * second: TrainingOptions -> bool

/// The table of hyper-parameters.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Hyperparameter =
    /// Every hyper-parameter, in the order of the help.
    val all: Hyperparameter list

    /// Sets a hyper-parameter by its name to a value as the command takes it: `weight decay` to `0.01`, `per sequence` to
    /// `true`. Numbers have a decimal point in every culture.
    val set:
        name: string ->
        value: string ->
        options: TrainingOptions ->
            Result<TrainingOptions, TrainingOptionsError>

    /// Finds the invalid options, for a model with so many units if they are known.
    val check: units: int option -> options: TrainingOptions -> TrainingOptionsError list
