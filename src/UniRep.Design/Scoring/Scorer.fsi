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
    /// Scores by the log-likelihood of the whole sequence in nats, with the final stop, read in the direction in which the
    /// model was trained (`Model.Direction`). Differences between mutants of one protein are log-likelihood ratios.
    ///
    /// Raises UniRepException when it scores if the model has no language-model head.
    val languageModel: model: Model -> Scorer

    /// Scores by the log-likelihood, read in a direction: in both, the mean of the two.
    val languageModelIn: direction: ReadingDirection -> model: Model -> Scorer

    /// Scores mutants relative to their wild type: their scores minus that of the wild type, which is scored in the same
    /// run. 0 is as fit as the wild type.
    ///
    /// <example><code>Scorer.effects RunOptions.none wildType (Scorer.languageModel model) mutants</code></example>
    val effects:
        options: RunOptions ->
        wildType: Sequence ->
        scorer: Scorer ->
        mutants: Sequence[] ->
            float[]

    /// Ranks scores by size and divides the ranks by their number: the lowest has 1/n, the highest 1, equal scores share
    /// the mean of their ranks. NaN has NaN.
    val ranks: scores: float[] -> float[]

    /// Averages the ranks that several scorers give the same sequences, `ranks` of each.
    ///
    /// Raises ArgumentException if there are no scores, or lists of different lengths.
    val averageRank: scores: float[] list -> float[]

    /// Blends scorers: each sequence gets the average of its ranks among the sequences that are scored with it, from above
    /// 0 to 1. Ranks need no common scale, so a likelihood and a matrix can be blended as they are.
    ///
    /// Raises ArgumentException if there are no scorers.
    val blend: scorers: Scorer list -> Scorer
