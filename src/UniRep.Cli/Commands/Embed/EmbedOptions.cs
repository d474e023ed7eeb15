namespace UniRep.Cli.Commands.Embed;

/// <summary>What `unirep embed` was asked to do.</summary>
internal sealed record EmbedOptions
{
    public required string Input { get; init; }

    public string? Output { get; init; }

    public required string Weights { get; init; }

    public required IReadOnlyList<Pool> Pools { get; init; }

    public bool PerResidue { get; init; }

    public OutputFormat? Format { get; init; }

    public InputFormat? InputFormat { get; init; }

    public string? SequenceColumn { get; init; }

    public string? IdColumn { get; init; }

    /// <summary>The columns to keep beside ids and vectors; all of them if <see cref="KeepAll"/>.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    public bool KeepAll { get; init; }

    public bool UpperCase { get; init; }

    public bool TrimStop { get; init; }

    public int Threads { get; init; }

    public BackendChoice Backend { get; init; } = BackendChoice.Engine;

    public OnInvalid OnInvalid { get; init; }

    public bool Overwrite { get; init; }

    public bool Quiet { get; init; }

    public bool Json { get; init; }
}
