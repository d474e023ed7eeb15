namespace UniRep.Design

open UniRep

/// Scores new sequences with a top model: the objective of directed evolution and campaigns.
[<RequireQualifiedAccess>]
module TopModelScorer =
    /// Makes a scorer of the predicted means of a top model. The vectors, and the log-likelihood where the top model has it
    /// as a column (`FeatureTable.withLikelihood`), come from the cache of its model. The error is that of other weights, or of features that a
    /// cache does not give.
    ///
    /// Its scores raise UniRepException for a sequence with more positions than a one-hot top model has.
    val make: top: TopModel -> model: Model -> cache: PrefixCache -> Result<Scorer, TopModelError>
