namespace UniRep

open System

/// Tells whether the numbers of a model can overflow, for any sequence. Hidden states lie between −1 and 1 and cells grow
/// by at most 1 a step, so that only the sums before the gates can: their bounds follow from the weights alone.
[<RequireQualifiedAccess>]
module internal WeightBounds =
    /// A product of two sums as large as this is still a float32. Trained models stay below a million.
    let private largest = 1e18

    /// What each column of a normalised matrix gives at most, for inputs within bounds.
    let private reach (v: float32[]) (g: float32[]) (inputs: float[]) =
        let columns = g.Length
        let squares = Array.zeroCreate<float> columns
        let sums = Array.zeroCreate<float> columns

        for row in 0 .. inputs.Length - 1 do
            let values = ReadOnlySpan(v, row * columns, columns)
            let bound = inputs[row]

            for j in 0 .. columns - 1 do
                let size = abs (float values[j])
                squares[j] <- squares[j] + size * size
                sums[j] <- sums[j] + bound * size

        // A column of zeros stays zero, as the published programs have it.
        Array.init columns (fun j -> abs (float g[j]) / sqrt (max squares[j] 1e-12) * sums[j])

    /// The array that is to blame for a sum: the one with the largest value.
    let private blame reach (arrays: (string * float32[]) list) =
        let name, _ =
            arrays
            |> List.maxBy (fun (_, values) -> Array.fold (fun m x -> max m (abs x)) 0f values)

        TooLarge(name, reach)

    let private blameIfTooLarge (sums: float[]) arrays =
        let reach = Array.max sums
        if reach <= largest then None else Some(blame reach arrays)

    /// What is too large; the values are finite.
    let check (weights: Weights) =
        let { Units = units; Embedding = width } = weights.Shape
        let ones = Array.create units 1.0

        let embedded =
            Array.init width (fun column ->
                Seq.init 26 (fun token -> abs (float weights.Embed[token * width + column]))
                |> Seq.max)

        let inLayer index inputs (layer: LayerWeights) =
            let name = sprintf "layer%d.%s" index
            let below = if index = 0 then [ "embed", weights.Embed ] else []

            let m =
                Array.map2 (*) (reach layer.Wmx layer.Gmx inputs) (reach layer.Wmh layer.Gmh ones)

            let z =
                Array.map3
                    (fun x m b -> x + m + abs (float b))
                    (reach layer.Wx layer.Gx inputs)
                    (reach layer.Wh layer.Gh m)
                    layer.B

            let ofM = below @ [ name "gmx", layer.Gmx; name "gmh", layer.Gmh ]

            blameIfTooLarge m ofM
            |> Option.orElseWith (fun () ->
                blameIfTooLarge
                    z
                    (ofM @ [ name "gx", layer.Gx; name "gh", layer.Gh; name "b", layer.B ]))

        let inHead () =
            let logits =
                Array.init 25 (fun k ->
                    Seq.init units (fun unit -> abs (float weights.HeadW[25 * unit + k]))
                    |> Seq.fold (+) (abs (float weights.HeadB[k])))

            blameIfTooLarge logits [ "head.w", weights.HeadW; "head.b", weights.HeadB ]

        weights.Layers
        |> Seq.indexed
        |> Seq.tryPick (fun (index, layer) ->
            inLayer index (if index = 0 then embedded else ones) layer)
        |> Option.orElseWith inHead
