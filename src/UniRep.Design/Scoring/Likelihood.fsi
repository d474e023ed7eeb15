namespace UniRep.Design

open UniRep

/// How likely a model finds a sequence, in nats. Read in both directions, every number is the mean of the two.
type Likelihood =
    {
        /// The log-probability of each residue, then of the last token (stop; start if read backward), `[L + 1]`.
        Terms: float[]
    }

    /// Gets the log-likelihood of the whole sequence, with the last token.
    member LogLikelihood: float

    /// Gets the log-likelihood of the residues alone.
    member WithoutStop: float

    /// Gets the log-likelihood divided by the number of predicted tokens, L + 1.
    member PerResidue: float

    /// Gets the perplexity, exp(-PerResidue): 1 for a sequence that is certain, 20 for random guessing among residues.
    member Perplexity: float

/// Computes likelihoods.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Likelihood =
    /// Computes the likelihoods of many sequences, in their order, each as soon as it is there. All of them are one run for
    /// each direction, so that sequences with a common beginning (or end) share the work.
    ///
    /// Raises UniRepException if the model has no language-model head.
    val many:
        direction: ReadingDirection ->
        options: RunOptions ->
        model: Model ->
        sequences: Sequence[] ->
            Likelihood seq
