using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals.Packing;

/// <summary>
/// A matrix with weight normalisation folded in: w[k, j] = g[j] · v[k, j] / sqrt(max(Σₖ v[k, j]², 1e-12)), in float64.
/// </summary>
internal sealed class FoldedWeightMatrix : IWeightMatrix
{
    /// <summary>The number of columns that one thread sums at a time.</summary>
    private const int ColumnsPerTask = 256;
    private readonly float[] _v;
    private readonly double[] _scale;

    public FoldedWeightMatrix(float[] v, float[] g)
    {
        (_v, _scale) = (v, new double[g.Length]);
        Parallel.For(
            0,
            (g.Length + ColumnsPerTask - 1) / ColumnsPerTask,
            task => Scale(g, task * ColumnsPerTask)
        );
    }

    /// <inheritdoc/>
    public double At(int k, int j) => _v[(long)k * _scale.Length + j] * _scale[j];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CopyTo(Span<float> target, int k, int j)
    {
        var v = _v.AsSpan(checked(k * _scale.Length) + j, target.Length);
        var scale = _scale.AsSpan(j, target.Length);
        for (var at = 0; at < target.Length; at++)
        {
            target[at] = (float)(v[at] * scale[at]);
        }
    }

    /// <summary>Computes the scales of some columns: the gain over the norm of the column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(float[] g, int first)
    {
        var squares = _scale.AsSpan(first, Math.Min(ColumnsPerTask, g.Length - first));
        for (var start = first; start < _v.Length; start += g.Length)
        {
            var v = _v.AsSpan(start, squares.Length);
            for (var j = 0; j < v.Length; j++)
            {
                squares[j] += (double)v[j] * v[j];
            }
        }

        for (var j = 0; j < squares.Length; j++)
        {
            squares[j] = g[first + j] / Math.Sqrt(Math.Max(squares[j], 1e-12));
        }
    }
}
