namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The input of a call of the latency kernel, one part: lengths [8], slots to begin with [8], result slots [8], pairs of rows
/// and slots [8], tokens [steps + 1][8].
/// </summary>
internal static class LatencyInput
{
    /// <summary>Where the slots to begin with stand.</summary>
    public const int From = Sequences * sizeof(int);

    /// <summary>Where the result slots stand.</summary>
    public const int To = 2 * From;

    /// <summary>Where the pairs stand.</summary>
    public const int Pairs = 3 * From;

    /// <summary>Where the tokens stand.</summary>
    public const int Tokens = Pairs + Sequences * 2 * sizeof(int);

    private const int Sequences = LatencyKernel.Sequences;

    /// <summary>Adds the input of a call.</summary>
    /// <param name="input">What it is added to.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="steps">The number of tokens of the longest.</param>
    /// <param name="firstSlot">The first of the slots for states to begin with.</param>
    /// <returns>The offset, and the number of pairs.</returns>
    public static (int Offset, int Pairs) Add(
        ChunkInput input,
        in LatencyBatch batch,
        int steps,
        int firstSlot
    )
    {
        var bytes = Tokens + (steps + 1) * Sequences;
        var offset = input.Reserve(bytes);
        var part = input.Part<byte>(offset, bytes);
        part.Clear();
        var numbers = input.Part<int>(offset, Tokens / sizeof(int));
        var pairs = 0;
        for (var sequence = 0; sequence < batch.Tokens.Length; sequence++)
        {
            var tokens = batch.Tokens[sequence].Span;
            numbers[sequence] = tokens.Length;
            numbers[From / sizeof(int) + sequence] = -1;
            numbers[To / sizeof(int) + sequence] = batch.Slot[sequence];
            if (batch.FromRow[sequence] >= 0)
            {
                var slot = firstSlot + sequence;
                numbers[From / sizeof(int) + sequence] = slot;
                numbers[Pairs / sizeof(int) + 2 * pairs] = batch.FromRow[sequence];
                numbers[Pairs / sizeof(int) + 2 * pairs + 1] = slot;
                pairs++;
            }

            for (var at = 0; at < tokens.Length; at++)
            {
                part[Tokens + at * Sequences + sequence] = tokens[at];
            }
        }

        return (offset, pairs);
    }
}
