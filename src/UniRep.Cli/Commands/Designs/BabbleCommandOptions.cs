using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>What the command line of `unirep babble` says.</summary>
internal sealed record BabbleCommandOptions
{
    /// <summary>Gets the options of sampling, without the start.</summary>
    public required BabbleOptions Sampling { get; init; }

    public required string? Start { get; init; }

    public required string? StartFile { get; init; }

    public required string Output { get; init; }

    public required bool Overwrite { get; init; }

    public required string Weights { get; init; }

    public required BackendChoice Backend { get; init; }

    public required int Threads { get; init; }

    public required bool Quiet { get; init; }

    public required bool Json { get; init; }
}
