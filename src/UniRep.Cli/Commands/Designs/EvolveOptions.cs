using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>What `unirep evolve` was asked to do.</summary>
internal sealed record EvolveOptions
{
    public required string WildType { get; init; }

    public required string Output { get; init; }

    /// <summary>The file of a top model; null where the language model judges.</summary>
    public string? TopModel { get; init; }

    /// <summary>`lm` where the language model judges; null otherwise.</summary>
    public string? Scorer { get; init; }

    public required string Weights { get; init; }

    public required BackendChoice Backend { get; init; }

    public int Threads { get; init; }

    public int Chains { get; init; }

    public int Steps { get; init; }

    public ulong Seed { get; init; }

    public double Edits { get; init; }

    public IReadOnlyList<int>? Positions { get; init; }

    /// <summary>The trust radius; 0 for none.</summary>
    public int TrustRadius { get; init; }

    public required IReadOnlyList<Motif> Forbidden { get; init; }

    public string? Letters { get; init; }

    public required string ExcludedLetters { get; init; }

    public required string Schedule { get; init; }

    /// <summary>The first temperature; null to measure it.</summary>
    public double? Temperature { get; init; }

    public double? LastTemperature { get; init; }

    public double Cooling { get; init; }

    public int Patience { get; init; }

    public int Designs { get; init; }

    public double Diversity { get; init; }

    public string? Picture { get; init; }

    public bool Resume { get; init; }

    public bool Overwrite { get; init; }

    public bool Quiet { get; init; }

    public bool Json { get; init; }
}
