namespace UniRep.Design

open UniRep.Charts

/// Draws benchmarks.
[<RequireQualifiedAccess>]
module BenchmarkChart =
    /// Makes bars of the mean of a metric, with whiskers of a standard deviation between splits: a bar for each name of each
    /// scheme. What has no value is left out.
    val chart:
        title: string -> metric: string -> schemes: (string * BenchmarkSummary list) list -> Chart
