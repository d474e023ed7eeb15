namespace UniRep.Design

open System
open MathNet.Numerics.LinearAlgebra

/// The ridge regressions of one table for every penalty: one eigendecomposition, of the products of rows if there are at most
/// as many rows as features, else of the products of columns, which are added up in blocks.
type internal RidgeSpectrum =
    {
        /// The eigenvalues that are not zero, the largest first.
        Values: float[]
        /// The unit directions in the space of features that belong to them, `[values, features]`.
        Directions: float[][]
        /// The product of the targets with the unit coordinates along each direction.
        Loads: float[]
        /// Gives, for some penalties, the error of each row left out: block by block, `[rows of the block, penalties]`.
        LeftOut: float[] -> float[][] seq
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal RidgeSpectrum =
    /// Eigenvalues of a symmetric matrix, the largest first, and their vectors as rows.
    let private eigen (square: float[][]) =
        let evd = Matrix<float>.Build.DenseOfRowArrays(square).Evd(Symmetricity.Symmetric)

        let values = evd.EigenValues |> Seq.map _.Real |> Seq.toArray
        let order = [| 0 .. values.Length - 1 |] |> Array.sortBy (fun at -> -values[at])
        let vectors = evd.EigenVectors

        order |> Array.map (Array.get values),
        order |> Array.map (fun at -> vectors.Column(at).ToArray())

    /// How many eigenvalues are more than rounding.
    let private rank (values: float[]) =
        let least = 1e-13 * float values.Length * max values[0] 0.0
        values |> Seq.takeWhile (fun value -> value > least) |> Seq.length

    /// Few rows: K = X Xᵀ. Errors left out are exact also where the fit goes through nearly every point, because they are
    /// computed from what is left over of the targets, not from the fit.
    let private ofRows standardization (targets: Targets) (table: FeatureTable) =
        let rows =
            Standardization.blocks table.Count
            |> Array.collect (Standardization.block standardization table)

        let values, vectors = eigen (Products.gram rows)
        let count = rank values
        let kept = vectors[.. count - 1]
        let loads = kept |> Array.map (fun vector -> Products.dot vector targets.Rest)
        let columns = Products.transpose table.Source.Width rows

        let directions = Products.timesTransposed kept columns

        for index in 0 .. count - 1 do
            let length = sqrt values[index]

            for k in 0 .. directions[index].Length - 1 do
                directions[index][k] <- directions[index][k] / length

        // What the rows have in directions of eigenvalue zero, without the mean and the density: nothing unless rows repeat.
        let beyond =
            let free = Targets.freeColumns standardization

            if float (table.Count - count) <= free then
                Array.zeroCreate table.Count
            else
                Array.init table.Count (fun row ->
                    let inside = kept |> Seq.sumBy (fun vector -> vector[row] * vector[row])
                    max 0.0 (1.0 - inside - Targets.freeLeverage targets row))

        let outside =
            let inside =
                Products.timesTransposed (Products.transpose table.Count kept) [| loads |]

            Array.init table.Count (fun row -> targets.Rest[row] - inside[row][0])

        let leftOut (penalties: float[]) =
            let shares =
                penalties
                |> Array.map (fun penalty ->
                    Array.init count (fun index -> penalty / (values[index] + penalty)))

            let weighted = shares |> Array.map (Array.map2 (*) loads)
            let coordinates = Products.transpose table.Count kept
            let squares = coordinates |> Array.map (Array.map (fun x -> x * x))
            let residuals = Products.timesTransposed coordinates weighted
            let freedoms = Products.timesTransposed squares shares

            Seq.singleton (
                Array.init table.Count (fun row ->
                    Array.init penalties.Length (fun index ->
                        (residuals[row][index] + outside[row])
                        / (freedoms[row][index] + beyond[row])))
            )

        {
            Values = values[.. count - 1]
            Directions = directions
            Loads = loads
            LeftOut = leftOut
        }

    /// Many rows: G = Xᵀ X, in blocks of rows.
    let private ofColumns standardization (targets: Targets) (table: FeatureTable) =
        let width = table.Source.Width
        let square = Products.zeros width width
        let products = Array.zeroCreate<float> width

        for first in Standardization.blocks table.Count do
            let rows = Standardization.block standardization table first
            Products.addGram (Products.transpose width rows) square

            for index in 0 .. rows.Length - 1 do
                Products.addScaled targets.Rest[first + index] rows[index] products

        Products.mirror square
        let values, vectors = eigen square
        let count = rank values
        let kept = vectors[.. count - 1]

        // vᵀ Xᵀ y is the length of X v times the load.
        let along = Products.timesVector kept products

        let leftOut (penalties: float[]) =
            let shares =
                penalties
                |> Array.map (fun penalty ->
                    Array.init count (fun index -> 1.0 / (values[index] + penalty)))

            let weighted = shares |> Array.map (Array.map2 (*) along)

            seq {
                for first in Standardization.blocks table.Count do
                    let rows = Standardization.block standardization table first
                    let coordinates = Products.timesTransposed rows kept
                    let squares = coordinates |> Array.map (Array.map (fun x -> x * x))
                    let fitted = Products.timesTransposed coordinates weighted
                    let leverages = Products.timesTransposed squares shares

                    Array.init rows.Length (fun index ->
                        let row = first + index
                        let free = Targets.freeLeverage targets row

                        Array.init penalties.Length (fun at ->
                            (targets.Rest[row] - fitted[index][at])
                            / (1.0 - free - leverages[index][at])))
            }

        {
            Values = values[.. count - 1]
            Directions = kept
            Loads = Array.map2 (fun along value -> along / sqrt value) along values[.. count - 1]
            LeftOut = leftOut
        }

    let make standardization targets (table: FeatureTable) =
        if table.Count <= table.Source.Width then
            ofRows standardization targets table
        else
            ofColumns standardization targets table

    /// The coefficients of the standardised features for a penalty.
    let coefficients (penalty: float) width spectrum =
        let coefficients = Array.zeroCreate<float> width

        for index in 0 .. spectrum.Values.Length - 1 do
            let value = spectrum.Values[index]
            let factor = spectrum.Loads[index] * sqrt value / (value + penalty)
            Products.addScaled factor spectrum.Directions[index] coefficients

        coefficients
