using Microsoft.FSharp.Core;

namespace UniRep.Cli.Commands;

/// <summary>What the command line says of a training.</summary>
internal sealed record TrainingSettings
{
    public required IReadOnlyList<string> Sequences { get; init; }

    public required string Output { get; init; }

    public required IReadOnlyList<string> HoldOut { get; init; }

    public required IReadOnlyList<string> OutOfDomain { get; init; }

    public required InputOptions Reading { get; init; }

    public required CorpusFilter Filter { get; init; }

    public required TrainingOptions Options { get; init; }

    public FSharpOption<SearchOptions>? Search { get; init; }

    public bool Resume { get; init; }

    public bool Previous { get; init; }

    public double CheckpointMinutes { get; init; }

    public bool Quiet { get; init; }

    public bool Json { get; init; }
}
