namespace UniRep.Compute.Tests;

/// <summary>Weights by formula (tests/golden/README.md), so that any size can be tested without a file.</summary>
internal static class Waves
{
    public static MlstmArrays Arrays(int units, int layers)
    {
        var shape = new MlstmShape(units, layers);
        var number = 0;
        float[] Wave(int count, double offset, double scale)
        {
            var n = ++number;
            return
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(k =>
                        (float)(
                            offset + scale * Math.Sin(0.7548776662466927 * (n + 1) * (k + 1) + n)
                        )
                    ),
            ];
        }

        var embed = Wave(MlstmShape.Tokens * shape.Embedding, 0, 1);
        var raw = new LayerArrays[layers];
        for (var layer = 0; layer < layers; layer++)
        {
            var inputs = shape.InputWidth(layer);
            raw[layer] = new LayerArrays
            {
                Wmx = Wave(inputs * units, 0, 1),
                Wmh = Wave(units * units, 0, 1),
                Wx = Wave(inputs * shape.Gates, 0, 1),
                Wh = Wave(units * shape.Gates, 0, 1),
                B = Wave(shape.Gates, 0.5, 0.5),
                Gmx = Wave(units, 1.5, 0.5),
                Gmh = Wave(units, 1.5, 0.5),
                Gx = Wave(shape.Gates, 1, 0.5),
                Gh = Wave(shape.Gates, 0.5, 1),
            };
        }

        return new MlstmArrays
        {
            Shape = shape,
            Embed = embed,
            Layers = raw,
            HeadW = Wave(units * MlstmShape.Classes, 0, 0.2),
            HeadB = Wave(MlstmShape.Classes, 0, 0.5),
        };
    }

    /// <summary>A sequence of residues from a seed.</summary>
    public static byte[] Tokens(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 24))];
    }
}
