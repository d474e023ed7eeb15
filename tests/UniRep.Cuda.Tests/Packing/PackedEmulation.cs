using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>
/// The steps of a model as the kernels compute them, in plain loops over the packed arrays: the meaning of the layouts.
/// </summary>
internal sealed class PackedEmulation
{
    private readonly CudaArrays _arrays;
    private readonly Layer[] _layers;
    private readonly float[] _headW;
    private readonly float[] _headB;

    public PackedEmulation(MlstmArrays arrays, CudaPrecision precision)
    {
        _arrays = new CudaArrays(arrays, precision);
        _layers = [.. _arrays.Layers.Select(layer => new Layer(layer))];
        (_headW, _headB) = (Models.All<float>(_arrays.HeadW), Models.All<float>(_arrays.HeadB));
    }

    private int Units => _arrays.Shape.Units;

    private int Padded => _arrays.Shape.PaddedUnits;

    /// <summary>Runs tokens, the first one included.</summary>
    public (float[] Average, float[] Final, float[] Cell, float[] Logits) Run(byte[] tokens)
    {
        var h = _layers.Select(_ => new float[Padded]).ToArray();
        var c = _layers.Select(_ => new float[Padded]).ToArray();
        var sum = new float[Padded];
        foreach (var token in tokens)
        {
            for (var layer = 0; layer < _layers.Length; layer++)
            {
                Step(_layers[layer], token, layer == 0 ? null : h[layer - 1], h[layer], c[layer]);
            }

            for (var unit = 0; unit < Padded; unit++)
            {
                sum[unit] += h[^1][unit];
            }
        }

        var logits = Enumerable
            .Range(0, 25)
            .Select(k =>
                _headB[k] + h[^1].Select((value, unit) => value * _headW[k * Padded + unit]).Sum()
            );
        return (
            [.. sum.Take(Units).Select(value => value / tokens.Length)],
            h[^1][..Units],
            c[^1][..Units],
            [.. logits]
        );
    }

    private void Step(Layer layer, int token, float[]? below, float[] h, float[] c)
    {
        var m = new float[Padded];
        for (var unit = 0; unit < Padded; unit++)
        {
            var x = below is null
                ? layer.Xm![token * Padded + unit]
                : Product(layer.Wxm!, unit, below);
            m[unit] = x * Product(layer.Wm, unit, h);
        }

        var z = new float[4 * Padded];
        for (var row = 0; row < z.Length; row++)
        {
            var (unit, gate) = (row / 32 * 8 + row % 8, row % 32 / 8);
            var at = (below is null ? token * z.Length : 0) + unit / 8 * 32;
            z[gate * Padded + unit] =
                layer.Xz[at + unit % 8 / 2 * 8 + gate * 2 + unit % 2]
                + (below is null ? 0 : Product(layer.Wxz!, row, below))
                + Product(layer.Wz, row, m);
        }

        static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));
        for (var unit = 0; unit < Padded; unit++)
        {
            var cell =
                Sigmoid(z[Padded + unit]) * c[unit]
                + Sigmoid(z[unit]) * Math.Tanh(z[3 * Padded + unit]);
            c[unit] = (float)cell;
            h[unit] = (float)(Sigmoid(z[2 * Padded + unit]) * Math.Tanh(cell));
        }
    }

    /// <summary>Multiplies a row of a matrix by numbers, both in bfloat16 or as pairs of bfloat16.</summary>
    private float Product(ushort[] matrix, int row, float[] x)
    {
        var at = row * _arrays.Shape.Width;
        double sum = 0;
        for (var k = 0; k < Padded; k++)
        {
            var high = BFloat16Bits.Of(x[k]);
            double xHigh = BFloat16Bits.ToSingle(high);
            double wHigh = BFloat16Bits.ToSingle(matrix[at + k]);
            sum += xHigh * wHigh;
            if (_arrays.Shape.IsExact)
            {
                double xLow = BFloat16Bits.ToSingle(BFloat16Bits.RestOf(x[k], high));
                double wLow = BFloat16Bits.ToSingle(matrix[at + Padded + k]);
                sum += xHigh * wLow + xLow * wHigh;
            }
        }

        return (float)sum;
    }

    private sealed class Layer(CudaLayerArrays arrays)
    {
        public ushort[] Wm { get; } = Models.All<ushort>(arrays.Wm);

        public ushort[] Wz { get; } = Models.All<ushort>(arrays.Wz);

        public ushort[]? Wxm { get; } = arrays.Wxm is null ? null : Models.All<ushort>(arrays.Wxm);

        public ushort[]? Wxz { get; } = arrays.Wxz is null ? null : Models.All<ushort>(arrays.Wxz);

        public float[]? Xm { get; } = arrays.Xm is null ? null : Models.All<float>(arrays.Xm);

        public float[] Xz { get; } = Models.All<float>(arrays.Xz);
    }
}
