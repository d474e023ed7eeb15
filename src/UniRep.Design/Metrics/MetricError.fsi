namespace UniRep.Design

open UniRep

/// Why a metric or a division into folds has no value.
[<RequireQualifiedAccess>]
type MetricError =
    /// There are too few rows for the metric.
    | TooFew of metric: string * rows: int * least: int
    /// All measurements, or all predictions, are the same number: there is no order to compare with.
    | Constant of metric: string * what: string
    /// All rows are of one class.
    | OneClass of metric: string
    /// A measurement is negative, and the metric takes measurements as gains.
    | Negative of metric: string * row: int
    /// A number is NaN or infinite; rows count from 0.
    | NotFinite of metric: string * what: string * row: int
    /// Too many of the samples of a bootstrap have no value.
    | NoInterval of metric: string * undefined: int * samples: int
    /// A division into folds needs the mutations of each row.
    | NoMutations of scheme: string
    /// A division by positions takes single mutants only; rows count from 0.
    | NotSingle of scheme: string * row: int * mutations: int
    /// There are fewer different values than folds, or only one.
    | TooFewGroups of scheme: string * groups: int * least: int
    /// A fold leaves nothing to train on or to test with.
    | EmptyFold of scheme: string * fold: string

    interface IError

    /// Gets what is wrong, in one sentence.
    member Message: string
