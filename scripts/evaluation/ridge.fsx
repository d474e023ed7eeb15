// Ridge regression on standardised features, the penalty chosen on the validation part.
#r "nuget: UniRep.Design"

open System
open UniRep.Design
open Prelude
open Correlation

/// Rows of features with their measured values.
type Part = { Features: float32[][]; Measured: float[] }

/// What a fit gives: the penalty chosen, and the predictions for the test part.
type Fit = { Penalty: float; Predicted: float[] }

/// The penalties that are tried: two for each power of ten, from 0.01 to 100,000.
let penalties = [| for half in -4 .. 10 -> 10.0 ** (float half / 2.0) |]

/// Rows as a table; the kind matters only where tables of different sources could meet.
let private table (rows: float32[][]) =
    let source = { Kind = FeatureKind.OneHot; Width = rows[0].Length; Fingerprint = None; Model = None; Density = None }
    FeatureTable.ofRows source rows

/// Fits y = mean + w · (x - mean of x) / standard deviation of x by least squares with penalty · |w|² added. Means and standard
/// deviations (divisor: number of rows) are those of the training part. Taken is the penalty with the highest Spearman
/// correlation on the validation part, the smallest of equals.
let fit train valid (test: Part) =
    match TopModel.ridgePath penalties "value" (table train.Features) train.Measured with
    | Error(TopModelError.AllEqual value) -> { Penalty = penalties[0]; Predicted = Array.create test.Features.Length value }
    | result ->
        let predict part top = TopModel.means top (table part.Features) |> orStop

        let quality top =
            let correlation = spearman (predict valid top) valid.Measured
            if Double.IsNaN correlation then -1.0 else correlation

        let penalty, top = Array.zip penalties (orStop result) |> Array.maxBy (snd >> quality)
        { Penalty = penalty; Predicted = predict test top }
