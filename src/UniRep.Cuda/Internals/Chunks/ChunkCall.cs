namespace UniRep.Compute.Internals.Cuda;

/// <summary>What a call of a chunk does.</summary>
internal enum ChunkCallKind
{
    CopyRows,
    Step,
    Latency,
}

/// <summary>A call of a chunk.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Offset">Where its input begins.</param>
/// <param name="Count">The number of its pairs, rows or sequences.</param>
/// <param name="StateRow">The first of the rows of states that it writes.</param>
/// <param name="Steps">The number of positions of a call of the latency kernel.</param>
/// <param name="Pairs">The number of states with which a call of the latency kernel begins.</param>
internal readonly record struct ChunkCall(
    ChunkCallKind Kind,
    int Offset,
    int Count,
    int StateRow = 0,
    int Steps = 0,
    int Pairs = 0
);
