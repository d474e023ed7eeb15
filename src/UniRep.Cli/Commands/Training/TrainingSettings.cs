namespace UniRep.Cli.Commands.Training;

/// <summary>What the command line says of a training.</summary>
internal sealed record TrainingSettings
{
    /// <summary>Gets the name of the command.</summary>
    public required string Command { get; init; }

    /// <summary>Gets the training to begin; null to resume that of the folder.</summary>
    public required TrainingRequest? Request { get; init; }

    /// <summary>Gets how the options change on resuming.</summary>
    public required Func<TrainingOptions, TrainingOptions> Adjust { get; init; }

    public required string Output { get; init; }

    public required BackendChoice Backend { get; init; }

    public bool Previous { get; init; }

    public double CheckpointMinutes { get; init; }

    public bool Quiet { get; init; }

    public bool Json { get; init; }
}
