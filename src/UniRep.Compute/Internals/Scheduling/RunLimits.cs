namespace UniRep.Compute.Internals.Scheduling;

/// <summary>How far a run reads ahead, and what it keeps.</summary>
/// <param name="ChunkBytes">The limit, in bytes of results, of the sequences that are read ahead.</param>
/// <param name="StateBytes">The limit, in bytes, of the states kept for shared prefixes.</param>
internal sealed record RunLimits(long ChunkBytes, long StateBytes)
{
    /// <summary>Gets the number of sequences that are read before the first is computed.</summary>
    public int FirstBatch { get; init; } = 16;
}
