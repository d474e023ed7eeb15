namespace UniRep.Compute;

/// <summary>The options of a continuous run.</summary>
public sealed record ContinuousRunOptions
{
    /// <summary>
    /// Gets the number of residues that may wait for a lane. Sequences that would exceed it are refused, unless nothing
    /// waits.
    /// </summary>
    public long MaximalWaitingResidues { get; init; } = 1 << 20;

    /// <summary>
    /// Gets the number of sequences that are computed side by side; 0 for as many as give the best throughput. Fewer lanes
    /// make each sequence faster under load, and the throughput lower.
    /// </summary>
    public int MaximalLanes { get; init; }

    /// <summary>Throws where an option is out of its range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(
            MaximalWaitingResidues,
            nameof(MaximalWaitingResidues)
        );
        Throw.IfNegative(MaximalLanes, nameof(MaximalLanes));
    }
}
