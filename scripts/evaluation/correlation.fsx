// Spearman's correlation with ties by average rank, and bootstrap intervals with a fixed seed.

open System

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

let private pearson (a: float[]) (b: float[]) =
    let meanA, meanB = Array.average a, Array.average b
    let sum f = Array.fold2 (fun sum x y -> sum + f (x - meanA) (y - meanB)) 0.0 a b
    sum (fun x y -> x * y) / sqrt (sum (fun x _ -> x * x) * sum (fun _ y -> y * y))

/// The place of each value among the different values, from 0, and how many there are.
let private places (values: float[]) =
    let different = values |> Array.distinct |> Array.sort
    values |> Array.map (fun value -> Array.BinarySearch(different, value)), different.Length

/// The ranks of chosen rows, equal values at the mean of their ranks.
let private ranks (places: int[], different) (rows: int[]) =
    let counts = Array.zeroCreate<int> different
    for row in rows do counts[places[row]] <- counts[places[row]] + 1
    let before = Array.scan (+) 0 counts
    rows |> Array.map (fun row -> float before[places[row]] + float (counts[places[row]] + 1) / 2.0)

let private spearmanOfRows (a: float[]) (b: float[]) =
    let a, b = places a, places b
    fun rows -> pearson (ranks a rows) (ranks b rows)

/// Spearman's correlation; NaN if either side has one value only.
let spearman (a: float[]) b = spearmanOfRows a b [| 0 .. a.Length - 1 |]

/// Spearman's correlation with its interval.
let spearmanInterval (a: float[]) b = bootstrap a.Length (spearmanOfRows a b)
