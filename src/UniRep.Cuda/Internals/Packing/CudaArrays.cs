using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>The arrays of a layer in the layouts of device memory.</summary>
internal sealed class CudaLayerArrays
{
    public CudaLayerArrays(CudaShape shape, MlstmArrays arrays, int layer)
    {
        FoldedWeightMatrix Folded(MlstmParameter matrix) =>
            new(matrix.ArrayOf(arrays, layer), matrix.Gain!.ArrayOf(arrays, layer));
        var (wmh, wh) = (Folded(MlstmParameter.Wmh), Folded(MlstmParameter.Wh));
        var (wmx, wx) = (Folded(MlstmParameter.Wmx), Folded(MlstmParameter.Wx));
        var bias = arrays.Layers[layer].B;
        Wm = PackedRows.Multiplicative(shape, wmh);
        Wz = PackedRows.Gates(shape, wh);
        if (layer > 0)
        {
            Wxm = PackedRows.Multiplicative(shape, wmx);
            Wxz = PackedRows.Gates(shape, wx);
            Xz = PackedTable.Bias(shape, bias);
            return;
        }

        Xm = PackedTable.Multiplicative(shape, arrays.Embed, wmx);
        Xz = PackedTable.Gates(shape, arrays.Embed, wx, bias);
        if (shape.LatencyTiles > 0)
        {
            Fragments = new PackedFragments(shape, wmh, wh);
            XzInTurn = PackedTable.GatesInTurn(shape, arrays.Embed, wx, bias);
        }
    }

    /// <summary>Gets wmh.</summary>
    public PackedBlocks Wm { get; }

    /// <summary>Gets wh.</summary>
    public PackedBlocks Wz { get; }

    /// <summary>Gets wmx; null in the first layer, whose products are tabulated.</summary>
    public PackedBlocks? Wxm { get; }

    /// <summary>Gets wx; null in the first layer.</summary>
    public PackedBlocks? Wxz { get; }

    /// <summary>Gets x · wmx of every token; for the first layer only.</summary>
    public PackedBlocks? Xm { get; }

    /// <summary>Gets x · wx + b of every token; above the first layer b alone.</summary>
    public PackedBlocks Xz { get; }

    /// <summary>Gets wmh and wh for the latency kernel; null where there is none for the model.</summary>
    public PackedBlocks? Fragments { get; }

    /// <summary>Gets x · wx + b for the latency kernel; null where there is none for the model.</summary>
    public PackedBlocks? XzInTurn { get; }
}

/// <summary>The arrays of a model in the layouts of device memory. Nothing is computed before a block is asked for.</summary>
internal sealed class CudaArrays
{
    public CudaArrays(MlstmArrays arrays, CudaPrecision precision)
    {
        Shape = new CudaShape(arrays.Shape, precision);
        Layers =
        [
            .. Enumerable
                .Range(0, Shape.Layers)
                .Select(layer => new CudaLayerArrays(Shape, arrays, layer)),
        ];
        HeadW = PackedTable.Head(Shape, arrays.HeadW);
        HeadB = PackedTable.HeadBias(arrays.HeadB);
    }

    public CudaShape Shape { get; }

    public CudaLayerArrays[] Layers { get; }

    /// <summary>Gets the size of the largest block.</summary>
    public int LargestBlock =>
        Layers.Max(layer =>
            Math.Max(
                Math.Max(layer.Wz.BlockBytes, layer.Wm.BlockBytes),
                Math.Max(layer.Xz.BlockBytes, layer.Fragments?.BlockBytes ?? 0)
            )
        );

    /// <summary>Gets the matrix of the head, [25][PaddedUnits].</summary>
    public PackedBlocks HeadW { get; }

    /// <summary>Gets the bias of the head, [25].</summary>
    public PackedBlocks HeadB { get; }
}
