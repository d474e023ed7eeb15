namespace UniRep.Charts

open System
open MathNet.Numerics.LinearAlgebra
open UniRep

[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Projection =
    {
        Coordinates: float[,]
        Explained: float[]
    }

    /// `40 vectors in 2 dimensions`
    member private this.Sizes =
        let rows = Display.counted (Array2D.length1 this.Coordinates) "vector"
        let dimensions = Display.counted this.Explained.Length "dimension"
        $"{rows} in {dimensions}"

    member private this.Shares =
        this.Explained |> Array.map Display.percent |> List.ofArray

    member this.Summary =
        let shares = String.concat ", " this.Shares
        $"Projection of {this.Sizes}: {shares} of the variance"

    override this.ToString() = this.Summary

    member this.ToHtml() =
        Display.table
            $"Projection of {this.Sizes}"
            [ "component"; "share of the variance" ]
            (this.Shares |> List.mapi (fun at share -> [ string (at + 1); share ]))

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Projection =
    let private check dimensions (vectors: float32[][]) =
        if vectors.Length < 2 then
            raise (ArgumentException $"{vectors.Length} vectors: at least two are needed")

        let length = vectors[0].Length

        match vectors |> Array.tryFind (fun vector -> vector.Length <> length) with
        | Some other ->
            raise (ArgumentException $"vectors of {length} and of {other.Length} numbers")
        | None -> ()

        if dimensions < 1 || dimensions > length then
            raise (ArgumentException $"{dimensions} dimensions of vectors that have {length}")

    /// The eigenvectors of the largest eigenvalues of a symmetric matrix, and all eigenvalues, the largest first.
    let private eigen (matrix: Matrix<float>) =
        let evd = matrix.Evd Symmetricity.Symmetric
        let values = evd.EigenValues.Real().ToArray()
        let order = [| 0 .. values.Length - 1 |] |> Array.sortBy (fun at -> -values[at])

        [| for at in order -> evd.EigenVectors.Column at |],
        [| for at in order -> max 0.0 values[at] |]

    let pca dimensions (vectors: float32[] seq) =
        let vectors = Array.ofSeq vectors
        check dimensions vectors
        let rows, columns = vectors.Length, vectors[0].Length
        let x = Matrix<float>.Build.Dense(rows, columns, (fun i j -> float vectors[i].[j]))
        let means = x.ColumnSums() / float rows

        let centred =
            Matrix<float>.Build.Dense(rows, columns, (fun i j -> x[i, j] - means[j]))

        // Xᵀ·X and X·Xᵀ have the same eigenvalues but for zeros: the smaller one is decomposed.
        let coordinatesOf, values =
            if columns <= rows then
                let directions, values = eigen (centred.TransposeThisAndMultiply centred)
                (fun k -> directions[k], centred * directions[k]), values
            else
                let sides, values = eigen (centred.TransposeAndMultiply centred)

                (fun k ->
                    let side: Vector<float> =
                        if k < sides.Length then
                            sides[k]
                        else
                            Vector<float>.Build.Dense rows

                    let value = if k < values.Length then values[k] else 0.0
                    centred.TransposeThisAndMultiply side, side * sqrt value),
                values

        let total = Array.sum values
        let coordinates = Array2D.zeroCreate rows dimensions

        for k in 0 .. dimensions - 1 do
            let direction, along = coordinatesOf k
            let largest = direction |> Seq.maxBy abs
            let sign = if largest < 0.0 then -1.0 else 1.0

            for i in 0 .. rows - 1 do
                coordinates[i, k] <- sign * along[i]

        {
            Coordinates = coordinates
            Explained =
                Array.init dimensions (fun k ->
                    if total > 0.0 && k < values.Length then
                        values[k] / total
                    else
                        0.0)
        }
