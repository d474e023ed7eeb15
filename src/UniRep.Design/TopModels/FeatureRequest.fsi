namespace UniRep.Design

open UniRep

/// Which features of sequences are wanted.
type FeatureRequest =
    {
        Kind: FeatureKind
        /// Adds the log-likelihood of each sequence as a density that is not penalised.
        Likelihood: bool
    }

    /// Gets whether a model is needed.
    member NeedsModel: bool

/// Computes features.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module FeatureRequest =
    /// Every kind of features, in the order of help.
    val kinds: FeatureKind list

    /// Gives what a top model was fitted to.
    val ofModel: model: TopModel -> FeatureRequest

    /// Computes features. Raises ArgumentException if a model is needed and there is none, and UniRepException if likelihoods
    /// are wanted of a model without a language-model head.
    val compute:
        options: RunOptions ->
        request: FeatureRequest ->
        model: Model option ->
        sequences: Sequence[] ->
            FeatureTable

    /// Computes the features that a top model takes, and predicts.
    val predict:
        options: RunOptions ->
        top: TopModel ->
        model: Model option ->
        sequences: Sequence[] ->
            Result<Prediction[], TopModelError>
