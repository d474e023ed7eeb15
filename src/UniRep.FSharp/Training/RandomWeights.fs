namespace UniRep.Training

open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Definition

[<RequireQualifiedAccess>]
module RandomWeights =
    let private headDeviation = 0.02

    let private transpose rows columns (matrix: float32[]) =
        Array.init matrix.Length (fun at -> matrix[at % rows * columns + at / rows])

    let createUntil (cancellation: CancellationToken) seed (shape: MlstmShape) =
        let random = SplitMix(Seed.derive seed -2)

        let normals count =
            Array.init count (fun _ -> float32 (random.Normal()))

        /// The shorter axis holds orthonormal vectors.
        let orthogonal rows columns =
            let matrix = normals (rows * columns)

            if rows <= columns then
                Orthogonal.Rows(matrix, rows, cancellation)
                matrix
            else
                Orthogonal.Rows(matrix, columns, cancellation)
                transpose columns rows matrix

        let values (array: ParameterArray) =
            match array.Parameter.Kind with
            | ParameterKind.Matrix -> orthogonal array.Rows array.Columns
            | ParameterKind.Bias -> Array.create array.Columns 3.0f
            | ParameterKind.Gain -> Array.create array.Columns 1.0f
            | ParameterKind.HeadMatrix ->
                normals (array.Rows * array.Columns) |> Array.map ((*) (float32 headDeviation))
            | ParameterKind.HeadBias -> Array.zeroCreate array.Columns
            | _ ->
                Array.init (array.Rows * array.Columns) (fun _ ->
                    float32 (2.0 * random.Unit() - 1.0))

        let card =
            {
                Name = $"random-{shape.Units}x{shape.Layers}"
                Version = ""
                License = Weights.unknownLicense
                Provenance = $"random weights of seed {seed}"
            }

        Weights.ofArrays card (MlstmArrays.Create(shape, values))

    let create seed shape =
        createUntil CancellationToken.None seed shape
