// Spearman's correlation with ties by average rank, and bootstrap intervals with a fixed seed.
#r "nuget: UniRep.Design"

open System
open UniRep.Design

/// An estimate and its 95 % interval. NaN where it is not defined.
type Estimate = { Value: float; Low: float; High: float }

let private resamples = 1000

/// The interval between the 2.5 % and the 97.5 % quantile (linear between neighbours) of 1,000 resamples of `count` rows.
/// Resamples for which the estimate is not defined, such as one row drawn every time, are left out.
let bootstrap count (estimate: int[] -> float) =
    let random = Random 0

    let values =
        Array.init resamples (fun _ -> estimate (Array.init count (fun _ -> random.Next count)))
        |> Array.filter Double.IsFinite
        |> Array.sort

    let quantile share =
        if values.Length = 0 then
            Double.NaN
        else
            let at = share * float (values.Length - 1)
            let below = int at
            values[below] + (at - float below) * (values[min (below + 1) (values.Length - 1)] - values[below])

    { Value = estimate [| 0 .. count - 1 |]; Low = quantile 0.025; High = quantile 0.975 }

/// Spearman's correlation; NaN if either side has one value only.
let spearman (a: float[]) b =
    match Metric.spearman.Of a b with
    | Ok correlation -> correlation
    | Error _ -> Double.NaN

/// Spearman's correlation with its interval.
let spearmanInterval (a: float[]) (b: float[]) =
    bootstrap a.Length (fun rows -> spearman (Array.map (Array.get a) rows) (Array.map (Array.get b) rows))
