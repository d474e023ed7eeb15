namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// The sequences of a run that wait or are under way. Few are under way at first and more from step to step, so that the
/// first results come soon. The source reader bounds the number of sequences in memory.
/// </summary>
internal sealed class RunQueue(
    MlstmShape shape,
    Outputs outputs,
    RunLimits limits,
    RunState state,
    SourceReader reader,
    OrderedDelivery delivery
)
{
    /// <summary>One more sequence may be under way after each of this many positions, until all lanes are used.</summary>
    private const int PositionsPerLane = 64;

    private readonly ReadyQueue _ready = new();
    private readonly StatePool _states = new(limits.StateBytes);

    /// <summary>Sequences that wait for the state of a branch point.</summary>
    private int _blocked;
    private int _underWay;
    private int _groups = 1;
    private int _lanes = 1;

    /// <summary>Gets the number of lanes that each group may use now.</summary>
    public int LanesPerGroup =>
        (int)Math.Min(_lanes, (LimitAfter(state.Positions) + _groups - 1) / _groups);

    /// <summary>Waits for the first sequences.</summary>
    /// <returns>The number of distinct sequences; int.MaxValue if the source may have more.</returns>
    public int WaitForFirst()
    {
        lock (state.Lock)
        {
            return !WaitForSource() ? 0
                : reader.IsExhausted ? _ready.Count + _blocked
                : int.MaxValue;
        }
    }

    /// <summary>Gets what may still come.</summary>
    public LaneSupply Supply
    {
        get
        {
            lock (state.Lock)
            {
                return !reader.IsExhausted ? LaneSupply.Source
                    : IsEmpty ? LaneSupply.None
                    : LaneSupply.Queue;
            }
        }
    }

    /// <summary>Sets the number of groups that take sequences, and the number of lanes of each.</summary>
    public void SetLanes(int groups, int lanes) => (_groups, _lanes) = (groups, lanes);

    /// <summary>Sets the bytes of the states that are kept, before the first sequence is taken.</summary>
    public void LimitStates(long bytes) => _states.Limit(bytes);

    /// <summary>Waits for something to compute.</summary>
    /// <returns>False if the run is done or stopped, or if the sink is full.</returns>
    public bool WaitForWork()
    {
        lock (state.Lock)
        {
            return !delivery.IsFull && WaitForSource();
        }
    }

    /// <summary>Takes the next sequence to compute; null if none is ready.</summary>
    public Slot? Take()
    {
        lock (state.Lock)
        {
            if (_ready.Count == 0 || reader.IsExhausted)
            {
                TakeChunk((int)Math.Min(int.MaxValue, LimitAfter(state.Positions)));
            }

            if (_ready.Take(reader.IsExhausted, _groups * _lanes) is not { } slot)
            {
                return null;
            }

            _underWay++;
            Allocate(slot);
            return slot;
        }
    }

    /// <summary>Waits until the queue has changed. For a group without a sequence, while other groups compute.</summary>
    /// <returns>False if no sequence will become ready before the run ends or pauses.</returns>
    public bool WaitForChange()
    {
        lock (state.Lock)
        {
            if (
                state.IsStopped
                || delivery.IsFull
                || _underWay == 0 && reader.Waiting == 0
                || IsEmpty
            )
            {
                return false;
            }

            Monitor.Wait(state.Lock, SourceReader.BatchTime);
            return true;
        }
    }

    /// <summary>Marks a sequence as done.</summary>
    public void Complete(Slot slot)
    {
        lock (state.Lock)
        {
            slot.IsDone = true;
            if (slot.IsBegun && --_underWay == 0)
            {
                Monitor.PulseAll(state.Lock);
            }
        }
    }

    /// <summary>
    /// Makes the sequences ready that branch off here. They begin from the state that <paramref name="save"/> fills in, or
    /// from the start token if the pool has no room for the state.
    /// </summary>
    /// <param name="branch">The branch point that a lane has reached.</param>
    /// <param name="size">The number of floats of a state.</param>
    /// <param name="save">Copies the state of the lane.</param>
    public void Split(BranchPoint branch, int size, Action<float[]> save)
    {
        lock (state.Lock)
        {
            branch.Complete.ForEach(Allocate);
            _blocked -= branch.Complete.Count + branch.Waiting.Count;
            if (branch.Waiting.Count == 0)
            {
                return;
            }

            if (_states.Rent(size) is { } saved)
            {
                save(saved);
                branch.State = saved;
                branch.StateUsers = branch.Waiting.Count;
                branch.Waiting.ForEach(slot => slot.Position = branch.Positions);
            }

            branch.Waiting.ForEach(_ready.Add);
            Monitor.PulseAll(state.Lock);
        }
    }

    /// <summary>Counts that one sequence has restored the state of a branch point; the last one frees it.</summary>
    public void ReleaseState(BranchPoint branch)
    {
        lock (state.Lock)
        {
            if (--branch.StateUsers == 0)
            {
                _states.Return(branch.State!);
                branch.State = null;
            }
        }
    }

    /// <summary>Gets whether the source has no more sequences and all were taken.</summary>
    private bool IsEmpty => reader.IsExhausted && _ready.Count + _blocked + reader.Waiting == 0;

    /// <summary>Gives the number of sequences that may be under way after some positions.</summary>
    private long LimitAfter(long positions) => limits.FirstBatch + positions / PositionsPerLane;

    /// <summary>Waits, with the lock held, until a sequence is ready or under way; false if none will be.</summary>
    private bool WaitForSource()
    {
        while (!state.IsStopped)
        {
            if (_underWay + _ready.Count > 0)
            {
                return true;
            }

            TakeChunk(int.MaxValue);
            if (_ready.Count > 0)
            {
                return true;
            }

            if (IsEmpty)
            {
                return false;
            }

            // A source at hand may have failed in this call.
            if (!state.IsStopped)
            {
                Monitor.Wait(state.Lock, reader.TimeToWait);
            }
        }

        return false;
    }

    private void TakeChunk(int enough)
    {
        if (reader.Take(enough) is not { } chunk)
        {
            return;
        }

        var roots = chunk.ShareBeginnings();
        roots.ForEach(_ready.Add);
        _blocked += chunk.Distinct - roots.Count;
        chunk.Slots.ForEach(delivery.Expect);
        Monitor.PulseAll(state.Lock);
    }

    private void Allocate(Slot slot)
    {
        slot.Vectors = delivery.RentVectors();
        slot.AllocateRows(outputs, shape.Units);
        reader.Begin(slot);
    }
}
