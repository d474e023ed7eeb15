namespace UniRep.Compute.Internals;

/// <summary>All layers in packed form, and the head.</summary>
internal sealed unsafe class PackedModel : IDisposable
{
    private readonly AlignedBuffer _head;
    private readonly float[] _headBias = new float[PackedLayer.Columns];

    public PackedModel(MlstmArrays arrays)
    {
        Shape = arrays.Shape;
        Layers =
        [
            .. arrays.Layers.Select(
                (raw, layer) => new PackedLayer(Shape, layer, raw, arrays.Embed)
            ),
        ];
        _head = new AlignedBuffer((long)Shape.Units * PackedLayer.Columns);
        for (var k = 0; k < Shape.Units; k++)
        {
            arrays
                .HeadW.AsSpan(k * MlstmShape.Classes, MlstmShape.Classes)
                .CopyTo(_head.Span.Slice(k * PackedLayer.Columns));
        }

        arrays.HeadB.CopyTo(_headBias, 0);
    }

    public MlstmShape Shape { get; }

    public PackedLayer[] Layers { get; }

    /// <summary>The head's matrix as one panel, [H][64], columns from 25 zero.</summary>
    public float* Head => _head.Pointer;

    /// <summary>The head's bias, [64], zero from 25.</summary>
    public ReadOnlySpan<float> HeadBias => _headBias;

    /// <summary>Bytes that every step reads.</summary>
    public long Bytes => Layers.Sum(layer => layer.Bytes);

    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }

        _head.Dispose();
    }
}
