namespace UniRep.Design

open System
open System.Threading

/// How well a top model did on one split.
type BenchmarkRow =
    {
        /// The fold or the size of the training set.
        Name: string
        /// The seed of a random draw; 0 for folds.
        Seed: uint64
        Train: int
        Test: int
        /// Each metric by name; None where it has no value.
        Metrics: (string * float option) list
    }

/// The mean of the rows of one name, or of all folds.
type BenchmarkSummary =
    {
        Name: string
        Rows: int
        /// For each metric: its mean and the standard deviation between rows; None where no row has a value.
        Metrics: (string * (float * float) option) list
    }

/// How top models are judged.
type BenchmarkPlan =
    {
        Options: TopModelOptions
        Metrics: Metric list
        Progress: IProgress<int64> option
        Cancellation: CancellationToken
    }

/// Judges top models on rows that they were not fitted to.
[<RequireQualifiedAccess>]
module Benchmark =
    /// No progress, no cancellation, `Metric.all`.
    val plan: options: TopModelOptions -> BenchmarkPlan

    /// Fits and judges split by split; progress counts splits. A training set that cannot be fitted to ends it with the name of
    /// the split.
    val folds:
        plan: BenchmarkPlan ->
        features: FeatureTable ->
        values: float[] ->
        splits: Split list ->
            Result<BenchmarkRow list, string * TopModelError>

    /// Does the same for training sets of some sizes, for each of so many seeds, with a fifth of the rows as the test set.
    /// Sizes for which there are too few rows are left out.
    val lowN:
        plan: BenchmarkPlan ->
        seeds: int ->
        sizes: int list ->
        features: FeatureTable ->
        values: float[] ->
            Result<BenchmarkRow list, string * TopModelError>

    /// The rows that share a name, in their order.
    val summarize: rows: BenchmarkRow list -> BenchmarkSummary list

    /// All rows as one.
    val overall: rows: BenchmarkRow list -> BenchmarkSummary
