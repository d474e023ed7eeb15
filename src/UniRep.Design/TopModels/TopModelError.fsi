namespace UniRep.Design

open UniRep

/// Why a top model cannot be fitted, used, read or written.
[<RequireQualifiedAccess>]
type TopModelError =
    /// There are too few rows to fit to.
    | TooFewRows of rows: int * least: int
    /// There are more rows than the method takes.
    | TooManyRows of method: string * rows: int * most: int
    /// A target is NaN or infinite; rows count from 0.
    | TargetNotFinite of row: int
    /// A feature is NaN or infinite; rows count from 0.
    | FeatureNotFinite of row: int
    /// All targets are the same number: there is nothing to learn.
    | AllEqual of value: float
    /// A classification needs two different targets.
    | NotTwoClasses of found: int
    /// The features are vectors of other weights than those that the top model was fitted to.
    | OtherWeights of expected: FeatureSource * found: FeatureSource
    /// The features are of another kind or number, or have another density, than those that the top model was fitted to.
    | OtherFeatures of expected: FeatureSource * found: FeatureSource
    /// A sequence has more positions than the one-hot features of the top model; rows count from 0.
    | TooLong of row: int * positions: int
    /// There is no file.
    | NoSuchFile of path: string
    /// The file cannot be opened or written.
    | NoAccess of path: string * reason: string
    /// The file is something else than a top model.
    | NotATopModel of path: string
    /// A later version of this library wrote the file.
    | OtherVersion of path: string * version: string
    /// The file is cut off or damaged, or its parts contradict each other.
    | Damaged of path: string * reason: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string
