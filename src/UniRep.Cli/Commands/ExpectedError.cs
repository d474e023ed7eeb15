using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>What int8 costs in accuracy, told before it is used: it is too much for some purposes.</summary>
internal static class ExpectedError
{
    /// <summary>Cosines of final vectors with exact ones, by model: of the median protein and of the worst of 200.</summary>
    private static readonly Dictionary<string, (string Median, string Worst)> Cosines = new() { };

    /// <summary>The expected error of a model in some precision, or null if it is small.</summary>
    public static string? Describe(string model, Precision precision)
    {
        if (precision != Precision.Int8)
        {
            return null;
        }

        return Cosines.TryGetValue(model, out var cosine)
            ? $"int8 with {model}: the cosine of a final vector with the exact one is {cosine.Median} for the median protein and {cosine.Worst} for the worst of 200; --precision int16 is closer (docs/precision.md)"
            : $"int8 with {model}: its error has not been measured; compare a few of your sequences with --precision exact first (docs/precision.md)";
    }
}
