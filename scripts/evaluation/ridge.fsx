// Ridge regression on standardised features, the penalty chosen on the validation part.
#r "nuget: MathNet.Numerics, 5.0.0"

open System.Threading.Tasks
open MathNet.Numerics.LinearAlgebra
open Correlation

/// Rows of features with their measured values.
type Part = { Features: float32[][]; Measured: float[] }

/// What a fit gives: the penalty chosen, and the predictions for the test part.
type Fit = { Penalty: float; Predicted: float[] }

/// The penalties that are tried: two for each power of ten, from 0.01 to 100,000.
let penalties = [ for half in -4 .. 10 -> 10.0 ** (float half / 2.0) ]

type private Lanes = System.Numerics.Vector<float>

let private dot (a: float[]) (b: float[]) =
    let mutable sums = Lanes.Zero
    let whole = a.Length - a.Length % Lanes.Count
    for at in 0 .. Lanes.Count .. whole - 1 do sums <- sums + Lanes(a, at) * Lanes(b, at)
    let mutable sum = System.Numerics.Vector.Sum sums
    for at in whole .. a.Length - 1 do sum <- sum + a[at] * b[at]
    sum

/// The products of all pairs, symmetric.
let private gram (vectors: float[][]) =
    let products = Matrix<float>.Build.Dense(vectors.Length, vectors.Length)

    Parallel.For(0, vectors.Length, fun i ->
        for j in 0..i do
            let product = dot vectors[i] vectors[j]
            products[i, j] <- product
            products[j, i] <- product)
    |> ignore

    products

/// What is done to a feature: its column, and the mean and standard deviation that it has in the training part.
type private Feature = { Column: int; Mean: float; Deviation: float }

let private features (rows: float32[][]) =
    Array.init rows[0].Length (fun column ->
        let mean = rows |> Array.averageBy (fun row -> float row[column])
        let variance = rows |> Array.averageBy (fun row -> (float row[column] - mean) ** 2.0)
        { Column = column; Mean = mean; Deviation = sqrt variance })
    |> Array.filter (fun feature -> feature.Deviation > 1e-8)

/// The weights of standardised features (one array for each) as a function of the penalty. With the features as the columns
/// of A, w = (AᵀA + penalty)⁻¹ Aᵀy = Aᵀ(AAᵀ + penalty)⁻¹ y; the smaller of the two is solved by its eigenvectors, which do for
/// every penalty.
let private solve (standardised: float[][]) (y: float[]) =
    let wide = standardised.Length > y.Length
    let eigen = (gram (if wide then Array.transpose standardised else standardised)).Evd Symmetricity.Symmetric
    let right = if wide then y else standardised |> Array.map (dot y)
    let rotated = eigen.EigenVectors.TransposeThisAndMultiply(Vector<float>.Build.Dense right)

    fun penalty ->
        let scaled = rotated.MapIndexed(fun k value -> value / (max 0.0 eigen.EigenValues[k].Real + penalty))
        let solution = (eigen.EigenVectors * scaled).ToArray()
        if wide then standardised |> Array.map (dot solution) else solution

/// Fits y = mean + w · (x - mean of x) / standard deviation of x by least squares with penalty · |w|² added. Means and standard
/// deviations (divisor: number of rows) are those of the training part; features that do not vary there are dropped. Taken is
/// the penalty with the highest Spearman correlation on the validation part, the smallest of equals.
let fit train valid (test: Part) =
    let mean = Array.average train.Measured
    let features = features train.Features

    if features.Length = 0 then
        { Penalty = List.head penalties; Predicted = Array.create test.Features.Length mean }
    else
        let standardise feature = train.Features |> Array.map (fun row -> (float row[feature.Column] - feature.Mean) / feature.Deviation)
        let weights = solve (Array.map standardise features) (Array.map (fun value -> value - mean) train.Measured)

        let predict weights part =
            let slopes = Array.map2 (fun feature weight -> weight / feature.Deviation) features weights
            let level = mean - Array.sum (Array.map2 (fun feature slope -> slope * feature.Mean) features slopes)
            part.Features |> Array.map (fun row -> Array.fold2 (fun sum feature slope -> sum + slope * float row[feature.Column]) level features slopes)

        let quality penalty =
            let correlation = spearman (predict (weights penalty) valid) valid.Measured
            if System.Double.IsNaN correlation then -1.0 else correlation

        let penalty = penalties |> List.maxBy quality
        { Penalty = penalty; Predicted = predict (weights penalty) test }
