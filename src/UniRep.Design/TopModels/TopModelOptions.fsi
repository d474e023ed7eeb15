namespace UniRep.Design

/// How a top model learns.
[<RequireQualifiedAccess>]
type TopModelMethod =
    /// Ridge regression; the penalty has the smallest squared error of rows left out, exactly.
    | Ridge
    /// The ensemble of Biswas et al. 2021 for a few dozen rows: ridge regressions on random halves of the features, each with
    /// the largest penalty whose errors of rows left out are not worse than the best by a paired t-test.
    | LowN
    /// Lasso by least-angle regression; the penalty has the smallest error in cross-validation.
    | Lasso
    /// Logistic regression with a ridge penalty, for two classes; the penalty has the smallest log-loss in cross-validation.
    | Logistic
    /// A Gaussian process with a linear and an RBF kernel; its parameters maximise the marginal likelihood. 5,000 rows at
    /// most.
    | GaussianProcess

    /// Gets the name that options and files give it: `ridge`, `low-n`, `lasso`, `logistic`, `gp`.
    member Name: string

/// How a top model is fitted.
type TopModelOptions =
    {
        Method: TopModelMethod
        /// The penalties to choose from, of ridge, low-n and logistic; the others find their own.
        Penalties: float[]
        /// The number of parts of a cross-validation, of lasso and logistic.
        Folds: int
        /// The number of members of low-n.
        Members: int
        /// Decides random halves and parts: the same seed gives the same bits.
        Seed: uint64
    }

/// Makes options.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TopModelOptions =
    /// Every method, in the order of help.
    val methods: TopModelMethod list

    /// Powers of ten from 10^first to 10^last, so many, evenly spaced.
    ///
    /// Raises ArgumentException if there are fewer than two.
    val powers: first: float -> last: float -> count: int -> float[]

    /// The usual options of a method.
    val usual: method: TopModelMethod -> TopModelOptions
