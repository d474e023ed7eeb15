using UniRep.Compute;

namespace UniRep.Tests;

/// <summary>Random weights of the magnitude of a trained model.</summary>
internal static class RandomModel
{
    /// <summary>Makes the arrays without sine or cosine, whose results differ between systems.</summary>
    public static MlstmArrays Arrays(int units, int layers)
    {
        var random = new Random(1);
        return MlstmArrays.Create(
            new MlstmShape(units, layers),
            array =>
            {
                var (low, high) = array.Parameter.Kind switch
                {
                    ParameterKind.Bias => (1f, 3f),
                    ParameterKind.Gain => (0.5f, 1.5f),
                    _ => (-1f, 1f),
                };
                return
                [
                    .. Enumerable
                        .Range(0, (int)array.Length)
                        .Select(_ => low + (high - low) * random.NextSingle()),
                ];
            }
        );
    }
}
