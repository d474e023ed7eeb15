namespace UniRep

open UniRep.Compute

[<RequireQualifiedAccess>]
module RandomWeights =
    let private headDeviation = 0.02

    let private transpose rows columns (matrix: float32[]) =
        Array.init matrix.Length (fun at -> matrix[at % rows * columns + at / rows])

    let create seed (shape: WeightsShape) =
        let random = SplitMix(Seed.derive seed -2)

        let normals count =
            Array.init count (fun _ -> float32 (random.Normal()))

        /// The shorter axis holds orthonormal vectors.
        let orthogonal rows columns =
            let matrix = normals (rows * columns)

            if rows <= columns then
                Orthogonal.Rows(matrix, rows)
                matrix
            else
                Orthogonal.Rows(matrix, columns)
                transpose columns rows matrix

        let units, gates = shape.Units, 4 * shape.Units

        let layer index : LayerWeights =
            let inputs = if index = 0 then shape.Embedding else units

            {
                Wmx = orthogonal inputs units
                Wmh = orthogonal units units
                Wx = orthogonal inputs gates
                Wh = orthogonal units gates
                B = Array.create gates 3.0f
                Gmx = Array.create units 1.0f
                Gmh = Array.create units 1.0f
                Gx = Array.create gates 1.0f
                Gh = Array.create gates 1.0f
            }

        let embed =
            Array.init (26 * shape.Embedding) (fun _ -> float32 (2.0 * random.Unit() - 1.0))

        let layers = List.init shape.Layers layer
        let headW = normals (units * 25) |> Array.map ((*) (float32 headDeviation))

        let card =
            {
                Name = $"random-{units}x{shape.Layers}"
                Version = ""
                License = Weights.unknownLicense
                Provenance = $"random weights of seed {seed}"
            }

        Weights.ofArrays shape card embed layers headW (Array.zeroCreate 25)
