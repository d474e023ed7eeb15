namespace UniRep.Design

open System
open System.Runtime.InteropServices
open System.Runtime.Intrinsics
open System.Threading.Tasks

/// Products of matrices whose rows are arrays. Every number is one sum in a fixed order, so that its bits depend neither on
/// the number of threads nor on the machine.
[<RequireQualifiedAccess>]
module internal Products =
    let private lanes = 4

    let inline private at (x: float[]) (k: int) =
        let first = &MemoryMarshal.GetArrayDataReference x
        Vector256.LoadUnsafe(&first, unativeint k)

    let inline private total (sums: Vector256<float>) =
        (sums.GetElement 0 + sums.GetElement 1)
        + (sums.GetElement 2 + sums.GetElement 3)

    /// The rest of a sum that fills no vector.
    let inline private rest (a: float[]) (b: float[]) whole length start =
        let mutable sum = start

        for k in whole .. length - 1 do
            sum <- Math.FusedMultiplyAdd(a[k], b[k], sum)

        sum

    let private check (a: float[]) (b: float[]) =
        if a.Length <> b.Length then
            invalidArg (nameof b) $"rows of {a.Length} and of {b.Length} numbers"

    /// The product of the first numbers of two rows.
    let dotOf length (a: float[]) (b: float[]) =
        if length > a.Length || length > b.Length then
            invalidArg (nameof length) $"{length} numbers of rows of {a.Length} and {b.Length}"

        let whole = length - length % lanes
        let mutable sum = Vector256<float>.Zero
        let mutable k = 0

        while k < whole do
            sum <- Vector256.FusedMultiplyAdd(at a k, at b k, sum)
            k <- k + lanes

        rest a b whole length (total sum)

    /// The product of two rows.
    let dot (a: float[]) (b: float[]) =
        check a b
        dotOf a.Length a b

    /// The products of one row with four; the same numbers as `dot` gives.
    let private dots (a: float[]) (b0: float[]) (b1: float[]) (b2: float[]) (b3: float[]) =
        check a b0
        check a b1
        check a b2
        check a b3
        let whole = a.Length - a.Length % lanes
        let mutable s0 = Vector256<float>.Zero
        let mutable s1 = Vector256<float>.Zero
        let mutable s2 = Vector256<float>.Zero
        let mutable s3 = Vector256<float>.Zero
        let mutable k = 0

        while k < whole do
            let x = at a k
            s0 <- Vector256.FusedMultiplyAdd(x, at b0 k, s0)
            s1 <- Vector256.FusedMultiplyAdd(x, at b1 k, s1)
            s2 <- Vector256.FusedMultiplyAdd(x, at b2 k, s2)
            s3 <- Vector256.FusedMultiplyAdd(x, at b3 k, s3)
            k <- k + lanes

        struct (rest a b0 whole a.Length (total s0),
                rest a b1 whole a.Length (total s1),
                rest a b2 whole a.Length (total s2),
                rest a b3 whole a.Length (total s3))

    /// Adds the products of a row with the rows `first` to `last - 1` of b to a row of results.
    let private addRow (a: float[]) (b: float[][]) first last (target: float[]) =
        let mutable j = first

        while j + 4 <= last do
            let struct (s0, s1, s2, s3) = dots a b[j] b[j + 1] b[j + 2] b[j + 3]
            target[j] <- target[j] + s0
            target[j + 1] <- target[j + 1] + s1
            target[j + 2] <- target[j + 2] + s2
            target[j + 3] <- target[j + 3] + s3
            j <- j + 4

        while j < last do
            target[j] <- target[j] + dot a b[j]
            j <- j + 1

    /// So many rows of b stay in the cache while those of a pass by.
    let private panel = 64

    let private panels count = (count + panel - 1) / panel

    /// Gives rows of zeros.
    let zeros rows columns : float[][] =
        Array.init rows (fun _ -> Array.zeroCreate columns)

    /// Adds a · bᵀ to the target.
    let addTimesTransposed (a: float[][]) (b: float[][]) (target: float[][]) =
        Parallel.For(
            0,
            panels b.Length,
            fun index ->
                let first = index * panel

                for i in 0 .. a.Length - 1 do
                    addRow a[i] b first (min (first + panel) b.Length) target[i]
        )
        |> ignore

    /// Gives a · bᵀ.
    let timesTransposed (a: float[][]) (b: float[][]) =
        let target = zeros a.Length b.Length
        addTimesTransposed a b target
        target

    /// Adds the lower triangle of a · aᵀ to the target.
    let addGram (a: float[][]) (target: float[][]) =
        Parallel.For(
            0,
            panels a.Length,
            fun index ->
                let first = index * panel

                for i in first .. a.Length - 1 do
                    addRow a[i] a first (min (first + panel) (i + 1)) target[i]
        )
        |> ignore

    /// Copies the lower triangle to the upper one.
    let mirror (square: float[][]) =
        for i in 0 .. square.Length - 1 do
            for j in 0 .. i - 1 do
                square[j][i] <- square[i][j]

    /// Gives a · aᵀ.
    let gram (a: float[][]) =
        let target = zeros a.Length a.Length
        addGram a target
        mirror target
        target

    let transpose columns (rows: float[][]) =
        Array.init columns (fun j -> Array.init rows.Length (fun i -> rows[i][j]))

    /// Gives the product of each row with a vector.
    let timesVector (rows: float[][]) (vector: float[]) =
        rows |> Array.map (fun row -> dot row vector)

    /// Adds a multiple of a row to another.
    let addScaled (factor: float) (row: float[]) (target: float[]) =
        for k in 0 .. row.Length - 1 do
            target[k] <- target[k] + factor * row[k]

    /// The product of features as they come with weights.
    let dotSingles (features: float32[]) (weights: float[]) =
        if features.Length <> weights.Length then
            invalidArg (nameof features) $"{features.Length} features, {weights.Length} weights"

        let whole = features.Length - features.Length % 4
        let mutable s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
        let mutable k = 0

        while k < whole do
            s0 <- s0 + float features[k] * weights[k]
            s1 <- s1 + float features[k + 1] * weights[k + 1]
            s2 <- s2 + float features[k + 2] * weights[k + 2]
            s3 <- s3 + float features[k + 3] * weights[k + 3]
            k <- k + 4

        for k in whole .. features.Length - 1 do
            s0 <- s0 + float features[k] * weights[k]

        (s0 + s1) + (s2 + s3)
