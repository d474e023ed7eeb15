namespace UniRep.Compute.Internals;

/// <summary>
/// A matrix with its weight normalisation folded in: w[k, j] = g[j] · v[k, j] / sqrt(max(Σₖ v[k, j]², 1e-12)), in float64.
/// </summary>
internal sealed class NormedWeight
{
    private readonly float[] _v;
    private readonly double[] _scale;

    public NormedWeight(float[] v, float[] g)
    {
        var squares = new double[g.Length];
        for (var start = 0; start < v.Length; start += g.Length)
        {
            for (var j = 0; j < g.Length; j++)
            {
                squares[j] += (double)v[start + j] * v[start + j];
            }
        }

        _v = v;
        _scale = [.. g.Zip(squares, (gain, sum) => gain / Math.Sqrt(Math.Max(sum, 1e-12)))];
    }

    /// <summary>The weight of row k and column j.</summary>
    public double At(int k, int j) => _v[(long)k * _scale.Length + j] * _scale[j];
}
