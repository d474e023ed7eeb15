namespace UniRep.Compute.Internals;

/// <summary>Weight normalisation: w[:, j] = g[j] · v[:, j] / sqrt(max(Σᵢ v[i, j]², 1e-12)).</summary>
internal static class WeightNorm
{
    /// <summary>What each column of v is multiplied with, in float64.</summary>
    public static double[] Scale(float[] v, float[] g)
    {
        var squares = new double[g.Length];
        for (var start = 0; start < v.Length; start += g.Length)
        {
            for (var j = 0; j < g.Length; j++)
            {
                squares[j] += (double)v[start + j] * v[start + j];
            }
        }

        return [.. g.Zip(squares, (gain, sum) => gain / Math.Sqrt(Math.Max(sum, 1e-12)))];
    }
}
