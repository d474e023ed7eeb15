namespace UniRep.Design

/// A figure of how well predictions agree with measurements: higher is better, except for `Metric.rmse`.
type Metric =
    {
        /// The name in tables and options: `spearman`, `proteingym-ndcg`.
        Name: string
        /// Computes it from measurements and predictions. Raises ArgumentException if there are not as many of one as of the
        /// other.
        Of: float[] -> float[] -> Result<float, MetricError>
    }

/// A figure with the interval that it has in a bootstrap.
type Interval =
    {
        Value: float
        Low: float
        High: float
    }

/// The metrics, each by its exact definition. Every function takes measurements first, then predictions.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Metric =
    /// Gives the ranks from 1 of values; equal values share the mean of their ranks.
    val ranks: values: float[] -> float[]

    /// Pearson's correlation.
    val pearson: Metric

    /// Spearman's rank correlation: Pearson's of the average ranks (scipy.stats.spearmanr).
    val spearman: Metric

    /// R² = 1 − Σ(m − p)² / Σ(m − mean)²; negative where predictions are worse than the mean (sklearn's r2_score).
    val r2: Metric

    /// The root of the mean squared error; lower is better.
    val rmse: Metric

    /// NDCG as ProteinGym has it: gains are measurements scaled from 0 to 1, the first k = ⌊0.1 n⌋ of the predictions count with
    /// 1/log₂(rank + 1), divided by the same of the best order. Of equal predictions the row that comes first ranks first.
    val proteinGymNdcg: Metric

    /// NDCG as sklearn has it: gains are the measurements themselves, none negative; equal predictions share their discounts.
    /// `k` counts the ranks, None for all.
    val sklearnNdcg: k: int option -> Metric

    /// ProteinGym's top recall: of the rows at or above the 90th percentile of measurements, the share at or above that of
    /// predictions. Percentiles interpolate linearly, as NumPy's do.
    val topRecall: Metric

    /// Matthews' correlation of two classes with predictions cut at their own median (at it or above is the class), as
    /// ProteinGym has it. Rows at or above `cut` are of the class.
    val mcc: cut: float -> Metric

    /// The area under the ROC curve: the probability that a row of the class is predicted above one that is not, ties half.
    /// Rows at or above `cut` are of the class.
    val auc: cut: float -> Metric

    /// The metrics that need no cut, in the order of tables: spearman, pearson, r2, rmse, proteingym-ndcg, top-recall.
    val all: Metric list

    /// The median; the mean of the two in the middle of an even number.
    ///
    /// Raises ArgumentException if there is no value.
    val median: values: float[] -> float

    /// Computes a metric and its percentile interval in a bootstrap: rows are drawn with replacement, by a seed. Samples in
    /// which the metric has no value are left out; if those are more than half, it is an error.
    ///
    /// Raises ArgumentException unless `level` is between 0 and 1, and `samples` is 1 or more.
    ///
    /// <example><code>Metric.bootstrap 0.95 1000 7UL Metric.spearman measured predicted</code></example>
    val bootstrap:
        level: float ->
        samples: int ->
        seed: uint64 ->
        metric: Metric ->
        measured: float[] ->
        predicted: float[] ->
            Result<Interval, MetricError>
