namespace UniRep

open UniRep.Compute

/// Weights as the engine takes and gives them.
module internal EngineArrays =
    let ofWeights (weights: Weights) =
        let layer (raw: LayerWeights) =
            LayerArrays(
                Wmx = raw.Wmx,
                Wmh = raw.Wmh,
                Wx = raw.Wx,
                Wh = raw.Wh,
                B = raw.B,
                Gmx = raw.Gmx,
                Gmh = raw.Gmh,
                Gx = raw.Gx,
                Gh = raw.Gh
            )

        MlstmArrays(
            Shape = MlstmShape(weights.Shape.Units, weights.Shape.Layers, weights.Shape.Embedding),
            Embed = weights.Embed,
            Layers = (weights.Layers |> List.map layer |> Array.ofList),
            HeadW = weights.HeadW,
            HeadB = weights.HeadB
        )

    let toWeights card (arrays: MlstmArrays) =
        let layer (raw: LayerArrays) : LayerWeights =
            {
                Wmx = raw.Wmx
                Wmh = raw.Wmh
                Wx = raw.Wx
                Wh = raw.Wh
                B = raw.B
                Gmx = raw.Gmx
                Gmh = raw.Gmh
                Gx = raw.Gx
                Gh = raw.Gh
            }

        Weights.ofArrays
            {
                Units = arrays.Shape.Units
                Layers = arrays.Shape.Layers
                Embedding = arrays.Shape.Embedding
            }
            card
            arrays.Embed
            (arrays.Layers |> Seq.map layer |> List.ofSeq)
            arrays.HeadW
            arrays.HeadB

    /// Tells whether every number is finite.
    let isFinite (arrays: MlstmArrays) =
        let all (values: float32[]) =
            Array.forall System.Single.IsFinite values

        all arrays.Embed
        && all arrays.HeadW
        && all arrays.HeadB
        && arrays.Layers
           |> Seq.forall (fun layer ->
               [
                   layer.Wmx
                   layer.Wmh
                   layer.Wx
                   layer.Wh
                   layer.B
                   layer.Gmx
                   layer.Gmh
                   layer.Gx
                   layer.Gh
               ]
               |> List.forall all)
