namespace UniRep.Cli.Commands.Scoring;

/// <summary>What `unirep score` and `unirep scan` were asked to do, as far as they share it.</summary>
internal sealed record ScoringSettings
{
    public required string Output { get; init; }

    public int Offset { get; init; }

    public (int First, int Last)? Region { get; init; }

    public string? Alignment { get; init; }

    public string? Focus { get; init; }

    public required IReadOnlyList<string> Scorers { get; init; }

    /// <summary>The direction that was asked for; null for that in which the model was trained.</summary>
    public ReadingDirection? Direction { get; init; }

    public required string Weights { get; init; }

    public required BackendChoice Backend { get; init; }

    public int Threads { get; init; }

    public bool Overwrite { get; init; }

    public bool Quiet { get; init; }

    public bool Json { get; init; }

    public bool UsesModel => Scorers.Contains(ScoringFlags.LanguageModel);

    public bool UsesMatrix => Scorers.Contains(ScoringFlags.Matrix);
}
