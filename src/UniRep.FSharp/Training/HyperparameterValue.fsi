namespace UniRep.Training

/// A range of numbers.
type NumberRange =
    {
        Least: float
        Most: float
        /// Whether the least number is itself out of range.
        ExcludesLeast: bool
        /// Whether the greatest number is itself out of range.
        ExcludesMost: bool
    }

/// The values of a hyper-parameter as a user gives them, and how to get and set them.
[<RequireQualifiedAccess>]
type HyperparameterValue =
    /// A whole number.
    | Whole of
        least: int *
        most: int *
        get: (TrainingOptions -> int) *
        set: (int -> TrainingOptions -> TrainingOptions)
    /// A number. `get` gives None if the value depends on the model.
    | Number of
        range: NumberRange *
        get: (TrainingOptions -> float option) *
        set: (float -> TrainingOptions -> TrainingOptions)
    /// A random seed.
    | Seed of get: (TrainingOptions -> uint64) * set: (uint64 -> TrainingOptions -> TrainingOptions)
    /// On or off.
    | Switch of get: (TrainingOptions -> bool) * set: (bool -> TrainingOptions -> TrainingOptions)
    /// One of some names.
    | Name of
        names: string list *
        get: (TrainingOptions -> string) *
        set: (string -> TrainingOptions -> TrainingOptions)
