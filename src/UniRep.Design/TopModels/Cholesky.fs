namespace UniRep.Design


/// The factors L of positive definite matrices L Lᵀ, row by row.
[<RequireQualifiedAccess>]
module internal Cholesky =
    /// Extends a factor by one row of the matrix up to the diagonal; None if the matrix is not positive definite.
    let nextRow (factor: ResizeArray<float[]>) (row: float[]) =
        let next = Array.zeroCreate<float> row.Length

        for j in 0 .. row.Length - 2 do
            next[j] <- (row[j] - Products.dotOf j next factor[j]) / factor[j][j]

        let last = row.Length - 1
        let square = row[last] - Products.dotOf last next next

        if square <= 1e-14 * abs row[last] then
            None
        else
            next[last] <- sqrt square
            Some next

    /// Gives the factor of a matrix; None if it is not positive definite.
    let factor (matrix: float[][]) =
        let factor = ResizeArray<float[]>()

        let rec extend at =
            if at = matrix.Length then
                Some(factor.ToArray())
            else
                match nextRow factor (Array.sub matrix[at] 0 (at + 1)) with
                | Some row ->
                    factor.Add row
                    extend (at + 1)
                | None -> None

        extend 0

    /// Solves L x = b.
    let solveLower (factor: float[][]) (b: float[]) =
        let x = Array.zeroCreate<float> b.Length

        for i in 0 .. b.Length - 1 do
            x[i] <- (b[i] - Products.dotOf i x factor[i]) / factor[i][i]

        x

    /// Solves L Lᵀ x = b.
    let solve (factor: float[][]) (b: float[]) =
        let x = solveLower factor b

        for i in b.Length - 1 .. -1 .. 0 do
            let value = x[i] / factor[i][i]
            x[i] <- value

            for j in 0 .. i - 1 do
                x[j] <- x[j] - value * factor[i][j]

        x

    /// The logarithm of the determinant of L Lᵀ.
    let logDeterminant (factor: float[][]) =
        2.0 * (factor |> Seq.mapi (fun at row -> log row[at]) |> Seq.sum)
