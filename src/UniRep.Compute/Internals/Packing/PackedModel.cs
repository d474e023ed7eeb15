namespace UniRep.Compute.Internals.Packing;

/// <summary>A model in packed form: its layers and its head.</summary>
internal sealed class PackedModel : IDisposable
{
    private readonly float[] _headBias = new float[PackedMatrix.Columns];

    /// <param name="arrays">The parameters.</param>
    /// <param name="precision">The precision of the matrices of the layers.</param>
    /// <param name="strip">The number of columns of a strip of a panel, as <see cref="Simd.Kernels.StripColumns"/> gives it.</param>
    public PackedModel(MlstmArrays arrays, Precision precision, int strip)
    {
        Shape = arrays.Shape;
        Precision = precision;
        Layers =
        [
            .. Enumerable
                .Range(0, Shape.Layers)
                .Select(layer => new PackedLayer(arrays, layer, precision, strip)),
        ];
        Head = new PackedMatrix(
            Shape.Units,
            1,
            (_, column) => column < MlstmShape.Classes ? column : -1,
            new RawWeightMatrix(arrays.HeadW, MlstmShape.Classes),
            Precision.Exact,
            strip
        );
        arrays.HeadB.CopyTo(_headBias, 0);
    }

    public MlstmShape Shape { get; }

    public PackedLayer[] Layers { get; }

    /// <summary>The precision of the matrices of the layers.</summary>
    public Precision Precision { get; }

    /// <summary>The matrix of the head as one panel of floats; columns from 25 are zero.</summary>
    public PackedMatrix Head { get; }

    /// <summary>The bias of the head, [64]; zero from 25.</summary>
    public ReadOnlySpan<float> HeadBias => _headBias;

    /// <summary>The bytes that every step reads.</summary>
    public long Bytes => Layers.Sum(layer => layer.Bytes);

    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }

        Head.Dispose();
    }
}
