namespace UniRep.Design

open UniRep

/// A way to judge proteins without measurements: a higher score promises a fitter protein. A language model is one, a
/// position-specific scoring matrix of a family another.
type Scorer =
    {
        /// A short name for columns and reports: `lm`, `pssm`.
        Name: string
        /// Scores sequences, in their order; higher means fitter.
        Score: RunOptions -> Sequence[] -> float[]
    }

/// Makes and combines scorers.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Scorer =
    /// Scores by the log-likelihood of the whole sequence in nats, with the final stop. Differences between mutants of one
    /// protein are log-likelihood ratios.
    ///
    /// Raises UniRepException when it scores if the model has no language-model head.
    val languageModel: model: Model -> Scorer
