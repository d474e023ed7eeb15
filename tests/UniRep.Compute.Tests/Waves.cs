namespace UniRep.Compute.Tests;

/// <summary>Weights by formula (tests/golden/README.md), so that any size can be tested without a file.</summary>
internal static class Waves
{
    public static MlstmArrays Arrays(int units, int layers)
    {
        var number = 0;
        return MlstmArrays.Create(
            new MlstmShape(units, layers),
            array =>
            {
                var n = ++number;
                var (offset, scale) = OffsetAndScale(array.Parameter);
                return
                [
                    .. Enumerable
                        .Range(0, (int)array.Length)
                        .Select(k =>
                            (float)(
                                offset
                                + scale * Math.Sin(0.7548776662466927 * (n + 1) * (k + 1) + n)
                            )
                        ),
                ];
            }
        );
    }

    private static (double Offset, double Scale) OffsetAndScale(MlstmParameter parameter) =>
        parameter.Name switch
        {
            "b" => (0.5, 0.5),
            "gmx" or "gmh" => (1.5, 0.5),
            "gx" => (1, 0.5),
            "gh" => (0.5, 1),
            "head.w" => (0, 0.2),
            "head.b" => (0, 0.5),
            _ => (0, 1),
        };

    /// <summary>A sequence of residues from a seed.</summary>
    public static byte[] Tokens(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 24))];
    }
}
