using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>A model whose weights are damaged gives values that are not finite; nothing of them is written.</summary>
internal static class FiniteVectors
{
    private const int LongestName = 60;

    public static void Require(string id, in SequenceOutput output)
    {
        if (AreFinite(output.Average) && AreFinite(output.Final) && AreFinite(output.Cell))
        {
            return;
        }

        var shown = id.Length > LongestName ? $"{id[..LongestName]}…" : id;
        throw new CommandFailedException(
            ExitCode.Weights,
            $"record '{shown}': the model gives values that are not finite: its weights are damaged"
        );
    }

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
