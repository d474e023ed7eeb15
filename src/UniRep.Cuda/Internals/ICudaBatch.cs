namespace UniRep.Compute.Internals.Cuda;

/// <summary>Two rows of the state: where it is copied from and to.</summary>
internal readonly record struct RowPair(int From, int To);

/// <summary>Up to eight sequences that one launch computes to their end.</summary>
/// <param name="Tokens">The tokens that are left of each sequence, the first token included where it begins at zero.</param>
/// <param name="FromRow">The row that holds the state of each; -1 for the zero state.</param>
/// <param name="Slot">The result slot of each.</param>
internal readonly record struct LatencyBatch(
    ReadOnlyMemory<byte>[] Tokens,
    int[] FromRow,
    int[] Slot
);

/// <summary>
/// The rows that a device computes side by side, with their states. Rows at or above <see cref="Rows"/> hold saved states,
/// which no step touches. For one thread at a time.
/// </summary>
internal interface ICudaBatch : IDisposable
{
    /// <summary>Gets the number of rows that a step can compute.</summary>
    int Rows { get; }

    /// <summary>Gets the number of rows for saved states.</summary>
    int SavedRows { get; }

    /// <summary>Gets the number of sequences that one launch can compute to their end; 0 if it cannot.</summary>
    int LatencySequences { get; }

    /// <summary>Gets the number of hidden units.</summary>
    int Units { get; }

    /// <summary>
    /// Gets the time in which the device had work of this batch since <see cref="RestartTime"/>, up to the last chunk that was
    /// waited for: from the copy of a chunk's input to its results in the memory of the host, chunks that overlap counted once.
    /// </summary>
    TimeSpan DeviceTime { get; }

    /// <summary>Sets <see cref="DeviceTime"/> to zero. No chunk may be in use.</summary>
    void RestartTime();

    /// <summary>Gets an empty chunk. At most two are in use: the one before the last must have been waited for.</summary>
    ICudaChunk Begin();
}

/// <summary>Steps that are planned, then computed in one go.</summary>
internal interface ICudaChunk
{
    /// <summary>Gets the number of calls of <see cref="Step"/> for which there is room.</summary>
    int MaximalSteps { get; }

    /// <summary>Gets the number of result slots, at least one for each row.</summary>
    int MaximalResults { get; }

    /// <summary>Gets the number of positions for which the calls of <see cref="Latency"/> have room together.</summary>
    int MaximalLatencySteps { get; }

    /// <summary>Copies states. No row is both a source and a target.</summary>
    void CopyRows(ReadOnlySpan<RowPair> pairs);

    /// <summary>Adds a step of the first rows.</summary>
    /// <param name="words">The word of each row; see <see cref="StepWord"/>.</param>
    void Step(ReadOnlySpan<uint> words);

    /// <summary>Adds up to <see cref="ICudaBatch.LatencySequences"/> sequences, computed to their end.</summary>
    /// <returns>The number of the call in this chunk, from 0.</returns>
    int Latency(in LatencyBatch batch);

    /// <summary>Starts everything that was added, in the order in which it was added. Returns at once.</summary>
    void Submit();

    /// <summary>Waits until the results are in the memory of the host.</summary>
    void Wait();

    /// <summary>Gives a result after <see cref="Wait"/>: the sum of h, h, and c, each of Units numbers.</summary>
    CudaResult Result(int slot);

    /// <summary>Gives h of a row after a step, [Units]; only if asked for when the batch was made.</summary>
    ReadOnlySpan<float> States(int step, int row);

    /// <summary>Gives the logits of a row after a step, [25]; only if asked for when the batch was made.</summary>
    ReadOnlySpan<float> Logits(int step, int row);

    /// <summary>Gives h of a sequence after a position of a call of <see cref="Latency"/>.</summary>
    ReadOnlySpan<float> LatencyStates(int latency, int step, int sequence);

    /// <summary>Gives the logits of a sequence after a position of a call of <see cref="Latency"/>.</summary>
    ReadOnlySpan<float> LatencyLogits(int latency, int step, int sequence);
}

/// <summary>The result of a sequence, each of Units numbers.</summary>
internal readonly ref struct CudaResult
{
    /// <summary>Gets the sum of h over all positions.</summary>
    public ReadOnlySpan<float> Sum { get; init; }

    /// <summary>Gets h after the last position.</summary>
    public ReadOnlySpan<float> Hidden { get; init; }

    /// <summary>Gets c after the last position.</summary>
    public ReadOnlySpan<float> Cell { get; init; }
}

/// <summary>What a row does in a step, as the kernels read it.</summary>
internal static class StepWord
{
    /// <summary>The state counts as zero before this step.</summary>
    public const uint First = 1 << 5;

    /// <summary>The result is written after this step.</summary>
    public const uint Last = 1 << 6;

    /// <summary>The slot of the result begins at this bit.</summary>
    public const int SlotShift = 8;

    /// <summary>The number of result slots that a word can name.</summary>
    public const int MaximalSlots = 1 << 24;

    /// <summary>Makes a word.</summary>
    public static uint Of(int token, bool isFirst, bool isLast, int slot) =>
        (uint)token | (isFirst ? First : 0) | (isLast ? Last : 0) | ((uint)slot << SlotShift);
}
