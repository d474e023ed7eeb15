namespace UniRep.Training

type NumberRange =
    {
        Least: float
        Most: float
        ExcludesLeast: bool
        ExcludesMost: bool
    }

[<RequireQualifiedAccess>]
type HyperparameterValue =
    | Whole of
        least: int *
        most: int *
        get: (TrainingOptions -> int) *
        set: (int -> TrainingOptions -> TrainingOptions)
    | Number of
        range: NumberRange *
        get: (TrainingOptions -> float option) *
        set: (float -> TrainingOptions -> TrainingOptions)
    | Seed of get: (TrainingOptions -> uint64) * set: (uint64 -> TrainingOptions -> TrainingOptions)
    | Switch of get: (TrainingOptions -> bool) * set: (bool -> TrainingOptions -> TrainingOptions)
    | Name of
        names: string list *
        get: (TrainingOptions -> string) *
        set: (string -> TrainingOptions -> TrainingOptions)
