namespace UniRep.Design

/// Rows to fit to, and rows to judge the fit by.
type Split =
    {
        /// The fold, as tables name it.
        Name: string
        Train: int[]
        Test: int[]
    }

/// How rows are divided into folds.
[<RequireQualifiedAccess>]
type FoldScheme =
    /// By chance; each fold is tested after a fit to the others.
    | Random of folds: int * seed: uint64
    /// The i-th mutated position goes to fold i mod n: single mutants only, no position is in two folds.
    | Modulo of folds: int
    /// The mutated positions in runs of neighbours, as many in each as possible: single mutants only.
    | Contiguous of folds: int
    /// Rows with so many mutations are tested after a fit to those with fewer.
    | MutationCount
    /// Rows of a round are tested after a fit to those of the rounds before.
    | Rounds of rounds: float[]
    /// Rows with equal texts are one fold: a column such as `fold_random_5`.
    | Column of cells: string[]

    /// Gets the name that options and tables give it.
    member Name: string

/// Divides rows.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Split =
    /// Divides so many rows by a scheme; `positions` are the mutated positions of each row, where they are known.
    ///
    /// Raises ArgumentException if there are fewer than two folds, or if something is not given for each row.
    val folds:
        scheme: FoldScheme ->
        rows: int ->
        positions: int[][] option ->
            Result<Split list, MetricError>

    /// Sets a share of the rows aside as the test set and draws so many of the others to train on, by a seed. With one seed the
    /// test set is the same for every size, and a larger training set has the smaller ones in it.
    ///
    /// Raises ArgumentException unless `share` is between 0 and 1.
    val lowN: share: float -> size: int -> seed: uint64 -> rows: int -> Result<Split, MetricError>
