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

    public required Backend Backend { get; init; }

    /// <summary>What is to be different on resuming.</summary>
    public required TrainingChange Change { get; init; }

    public FSharpOption<SearchOptions>? Search { get; init; }

    public bool Resume { get; init; }

    public bool Previous { get; init; }

    public double CheckpointMinutes { get; init; }

    public bool Quiet { get; init; }

    public bool Json { get; init; }
}

/// <summary>What a resumed training does otherwise than before; null for as before.</summary>
internal sealed record TrainingChange(int? Epochs, int Threads, long? StateBytes)
{
    public TrainingOptions Of(TrainingOptions options) =>
        new(
            Epochs ?? options.Epochs,
            options.BatchTokens,
            options.LearningRate,
            options.Schedule,
            options.WarmUp,
            options.WeightDecay,
            options.DecaysAll,
            options.MaximalNorm,
            options.Mean,
            options.Window,
            options.Average,
            options.HoldOut,
            options.Patience,
            options.Seed,
            Threads,
            StateBytes ?? options.StateBytes
        );
}
