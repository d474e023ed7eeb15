namespace UniRep.Compute.Internals.Cuda;

/// <summary>The calls of a chunk in their order, with their input.</summary>
/// <param name="size">The sizes of the batch.</param>
/// <param name="input">Takes the input.</param>
internal sealed class ChunkCalls(BatchSize size, ChunkInput input)
{
    private readonly List<ChunkCall> _calls = new(2 * size.Steps);
    private readonly List<int> _stepRows = new(size.Steps);
    private readonly List<int> _latencyRows = [];
    private int _latencySteps;

    /// <summary>Gets the calls.</summary>
    public List<ChunkCall> All => _calls;

    /// <summary>Gets the number of slots up to the last that is used.</summary>
    public int Slots { get; private set; }

    /// <summary>Gets the number of rows of states that the calls write.</summary>
    public int StateRows { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        input.Clear();
        _calls.Clear();
        _stepRows.Clear();
        _latencyRows.Clear();
        (Slots, StateRows, _latencySteps) = (0, 0, 0);
    }

    /// <summary>Adds a copy of states.</summary>
    public void AddCopy(ReadOnlySpan<RowPair> pairs)
    {
        foreach (var pair in pairs)
        {
            CheckRow(pair.From);
            CheckRow(pair.To);
        }

        if (!pairs.IsEmpty)
        {
            _calls.Add(new ChunkCall(ChunkCallKind.CopyRows, input.Add(pairs), pairs.Length));
        }
    }

    /// <summary>Adds a step.</summary>
    public void AddStep(ReadOnlySpan<uint> words)
    {
        ArgumentOutOfRangeException.ThrowIfZero(words.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words.Length, size.Rows);
        if (_stepRows.Count == size.Steps)
        {
            throw new InvalidOperationException($"A chunk has room for {size.Steps} steps.");
        }

        foreach (var word in words)
        {
            if ((word & StepWord.Last) != 0)
            {
                UseSlot((int)(word >> StepWord.SlotShift));
            }
        }

        var offset = input.Add(words);
        _calls.Add(new ChunkCall(ChunkCallKind.Step, offset, words.Length, StateRows));
        _stepRows.Add(StateRows);
        UseStates(words.Length);
    }

    /// <summary>Adds sequences for the latency kernel.</summary>
    /// <returns>The number of the call among those of the kernel.</returns>
    public int AddLatency(in LatencyBatch batch, int mostSequences)
    {
        var steps = CheckedSteps(batch, mostSequences);
        foreach (var slot in batch.Slot)
        {
            UseSlot(slot);
        }

        var (offset, pairs) = LatencyInput.Add(input, batch, steps, size.Results);
        var count = batch.Tokens.Length;
        _calls.Add(new ChunkCall(ChunkCallKind.Latency, offset, count, StateRows, steps, pairs));
        _latencyRows.Add(StateRows);
        UseStates(steps * LatencyKernel.Sequences);
        return _latencyRows.Count - 1;
    }

    /// <summary>Gives the row of states of a row after a step.</summary>
    public int StepRow(int step, int row) => _stepRows[step] + row;

    /// <summary>Gives the row of states of a sequence after a position of a call of the latency kernel.</summary>
    public int LatencyRow(int latency, int step, int sequence) =>
        _latencyRows[latency] + step * LatencyKernel.Sequences + sequence;

    /// <summary>Checks the sequences of a call of the latency kernel, and gives the length of the longest.</summary>
    private int CheckedSteps(in LatencyBatch batch, int mostSequences)
    {
        var count = batch.Tokens.Length;
        ArgumentOutOfRangeException.ThrowIfZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, mostSequences);
        ArgumentOutOfRangeException.ThrowIfNotEqual(batch.FromRow.Length, count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(batch.Slot.Length, count);
        var steps = 0;
        for (var sequence = 0; sequence < count; sequence++)
        {
            var length = batch.Tokens[sequence].Length;
            ArgumentOutOfRangeException.ThrowIfZero(length);
            steps = Math.Max(steps, length);
            if (batch.FromRow[sequence] >= 0)
            {
                CheckRow(batch.FromRow[sequence]);
            }
        }

        if (_latencySteps + steps > size.LatencySteps)
        {
            throw new InvalidOperationException(
                $"A chunk has room for {size.LatencySteps} positions of the latency kernel."
            );
        }

        _latencySteps += steps;
        return steps;
    }

    private void CheckRow(int row) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            (uint)row,
            (uint)(size.Rows + size.SavedRows)
        );

    private void UseSlot(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)size.Results);
        Slots = Math.Max(Slots, slot + 1);
    }

    private void UseStates(int rows) => StateRows += size.StateRows > 0 ? rows : 0;
}
