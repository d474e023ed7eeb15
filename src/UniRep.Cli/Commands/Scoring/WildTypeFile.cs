using Microsoft.FSharp.Core;
using UniRep.Design;

namespace UniRep.Cli.Commands.Scoring;

/// <summary>Reads the wild type of a command, the one sequence of a file, or fails as commands do.</summary>
internal static class WildTypeFile
{
    public static Sequence Read(string path) => Read(path, 0, null).Sequence;

    /// <summary>Reads it with the numbers of its residues, the first being number `offset` + 1, and a region of it.</summary>
    public static WildType Read(string path, int offset, (int First, int Last)? region) =>
        ScoringFailure.Valid(
            WildTypeModule.load(
                offset,
                region is { } ends
                    ? FSharpOption<Tuple<int, int>>.Some(new(ends.First, ends.Last))
                    : null,
                path
            )
        );
}
