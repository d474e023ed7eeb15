namespace UniRep.ModelFiles

open UniRep
open UniRep.Compute

/// Checks whether the numbers of a model can overflow, for any sequence. Hidden states lie between −1 and 1 and cells grow
/// by at most 1 a step, so that only the sums before the gates can. A column of a normalised matrix is as long as its gain,
/// or shorter; so a sum is at most the gain times the length of the inputs (Cauchy and Schwarz), whatever the matrix holds.
[<RequireQualifiedAccess>]
module internal WeightBounds =
    /// A product of two sums as large as this is still a float32. Trained models stay below a million.
    let private largest = 1e18

    let private lengthOf (values: float seq) =
        values |> Seq.sumBy (fun value -> value * value) |> sqrt

    /// What each column of a normalised matrix gives at most, for inputs of some length.
    let private reach (gains: float32[]) length =
        gains |> Array.map (fun gain -> abs (float gain) * length)

    /// The array that is to blame for a sum: the one with the largest value.
    let private blame reach (arrays: (string * float32[]) list) =
        let largestOf (_, values) =
            values |> Array.fold (fun most value -> max most (abs value)) 0f

        WeightsError.TooLarge(fst (List.maxBy largestOf arrays), reach)

    let private blameIfTooLarge (sums: float[]) arrays =
        let reach = Array.max sums
        if reach <= largest then None else Some(blame reach arrays)

    /// The length of the longest row of a table of so many columns.
    let private longestRow columns (table: float32[]) =
        table
        |> Array.chunkBySize columns
        |> Array.map (Seq.map float >> lengthOf)
        |> Array.max

    let private inLayer index inputs hidden (layer: LayerArrays) below =
        let name part =
            "layer" + string<int> index + "." + part

        let m = Array.map2 (*) (reach layer.Gmx inputs) (reach layer.Gmh hidden)

        let z =
            Array.map3
                (fun x m b -> x + m + abs (float b))
                (reach layer.Gx inputs)
                (reach layer.Gh (lengthOf m))
                layer.B

        let ofM = below @ [ name "gmx", layer.Gmx; name "gmh", layer.Gmh ]

        blameIfTooLarge m ofM
        |> Option.orElseWith (fun () ->
            blameIfTooLarge
                z
                (ofM @ [ name "gx", layer.Gx; name "gh", layer.Gh; name "b", layer.B ]))

    let private inHead units (weights: Weights) =
        let logits =
            Array.init 25 (fun k ->
                Seq.init units (fun unit -> abs (float weights.HeadW[25 * unit + k]))
                |> Seq.fold (+) (abs (float weights.HeadB[k])))

        blameIfTooLarge logits [ "head.w", weights.HeadW; "head.b", weights.HeadB ]

    /// What is too large, if anything is; the values are finite.
    let check (weights: Weights) =
        let units = weights.Shape.Units
        let hidden = sqrt (float units)
        let embedded = longestRow weights.Shape.Embedding weights.Embed

        weights.Layers
        |> Seq.indexed
        |> Seq.tryPick (fun (index, layer) ->
            if index = 0 then
                inLayer index embedded hidden layer [ "embed", weights.Embed ]
            else
                inLayer index hidden hidden layer [])
        |> Option.orElseWith (fun () -> if weights.HasHead then inHead units weights else None)
