namespace UniRep.Compute.Tests;

/// <summary>A second, simple implementation of the equations in float64.</summary>
internal sealed class Reference
{
    private readonly MlstmArrays _arrays;
    private readonly (double[,] Wmx, double[,] Wmh, double[,] Wx, double[,] Wh)[] _layers;

    public Reference(MlstmArrays arrays)
    {
        _arrays = arrays;
        var units = arrays.Shape.Units;
        _layers =
        [
            .. arrays.Layers.Select(
                (raw, layer) =>
                {
                    var inputs = arrays.Shape.InputWidth(layer);
                    return (
                        Normalize(raw.Wmx, raw.Gmx, inputs),
                        Normalize(raw.Wmh, raw.Gmh, units),
                        Normalize(raw.Wx, raw.Gx, inputs),
                        Normalize(raw.Wh, raw.Gh, units)
                    );
                }
            ),
        ];
    }

    public Result Run(byte[] tokens)
    {
        var units = _arrays.Shape.Units;
        var h = _layers.Select(_ => new double[units]).ToArray();
        var c = _layers.Select(_ => new double[units]).ToArray();
        var states = new List<double[]>();
        foreach (var token in tokens.Prepend((byte)MlstmShape.Start))
        {
            var x = _arrays
                .Embed.Skip(token * _arrays.Shape.Embedding)
                .Take(_arrays.Shape.Embedding)
                .Select(value => (double)value)
                .ToArray();
            for (var layer = 0; layer < _layers.Length; layer++)
            {
                (h[layer], c[layer]) = Step(layer, x, h[layer], c[layer]);
                x = h[layer];
            }

            states.Add(h[^1]);
        }

        return new Result(
            [.. Enumerable.Range(0, units).Select(unit => states.Average(state => state[unit]))],
            h[^1],
            c[^1],
            [.. states.SelectMany(state => state)],
            [.. states.SelectMany(Logits)]
        );
    }

    private (double[] H, double[] C) Step(int layer, double[] x, double[] h, double[] c)
    {
        var (wmx, wmh, wx, wh) = _layers[layer];
        var units = h.Length;
        var m = Times(x, wmx).Zip(Times(h, wmh), (a, b) => a * b).ToArray();
        var z = Times(x, wx)
            .Zip(Times(m, wh), (a, b) => a + b)
            .Zip(_arrays.Layers[layer].B, (a, b) => a + b)
            .ToArray();
        static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));
        var newC = new double[units];
        var newH = new double[units];
        for (var unit = 0; unit < units; unit++)
        {
            newC[unit] =
                Sigmoid(z[units + unit]) * c[unit]
                + Sigmoid(z[unit]) * Math.Tanh(z[3 * units + unit]);
            newH[unit] = Sigmoid(z[2 * units + unit]) * Math.Tanh(newC[unit]);
        }

        return (newH, newC);
    }

    private IEnumerable<double> Logits(double[] h)
    {
        for (var k = 0; k < MlstmShape.Classes; k++)
        {
            yield return _arrays.HeadB[k]
                + h.Select((value, unit) => value * _arrays.HeadW[unit * MlstmShape.Classes + k])
                    .Sum();
        }
    }

    private static double[] Times(double[] x, double[,] w)
    {
        var y = new double[w.GetLength(1)];
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] += x[i] * w[i, j];
            }
        }

        return y;
    }

    private static double[,] Normalize(float[] v, float[] g, int rows)
    {
        var w = new double[rows, g.Length];
        for (var j = 0; j < g.Length; j++)
        {
            var squares = 0.0;
            for (var i = 0; i < rows; i++)
            {
                squares += (double)v[i * g.Length + j] * v[i * g.Length + j];
            }

            for (var i = 0; i < rows; i++)
            {
                w[i, j] = g[j] * (double)v[i * g.Length + j] / Math.Sqrt(Math.Max(squares, 1e-12));
            }
        }

        return w;
    }

    internal sealed record Result(
        double[] Average,
        double[] Final,
        double[] Cell,
        double[] HiddenStates,
        double[] Logits
    );
}
