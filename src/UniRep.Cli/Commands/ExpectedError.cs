using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>What int8 costs in accuracy, stated before it is used: it is too much for some purposes.</summary>
internal static class ExpectedError
{
    /// <summary>
    /// Cosines of final vectors with exact ones, from docs/precision.md: of the median protein, of the worst, and how
    /// many proteins there were.
    /// </summary>
    private static readonly Dictionary<
        string,
        (string Median, string Worst, int Proteins)
    > Cosines = new()
    {
        ["open-256"] = ("0.99998", "0.9999", 200),
        ["open-672"] = ("0.9998", "0.998", 100),
        ["open-1920"] = ("0.9999", "0.997", 40),
        ["paper-256"] = ("0.99999", "0.9998", 200),
        ["paper-1900"] = ("0.9995", "0.925", 100),
    };

    /// <summary>The expected error of a model in some precision, or null if there is nothing to report.</summary>
    public static string? Describe(string model, string precision)
    {
        if (precision != PrecisionModule.name(Precision.Int8))
        {
            return null;
        }

        return Cosines.TryGetValue(model, out var cosine)
            ? $"int8 with {model}: a final vector has a cosine of {cosine.Median} with the exact one for the median protein and of {cosine.Worst} for the worst of {cosine.Proteins}; int16 errs less (docs/precision.md)"
            : $"int8 with {model}: the error has not been measured; compare some of your vectors with those of --precision exact (docs/precision.md)";
    }
}
