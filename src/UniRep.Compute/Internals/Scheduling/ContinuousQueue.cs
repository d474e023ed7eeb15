namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The sequences of a continuous run: those that wait and those in lanes.</summary>
internal sealed class ContinuousQueue(MlstmShape shape, long maximalResidues, int maximalLanes)
    : ILaneWork
{
    /// <summary>Called when a sequence that is not waiting any more is cancelled.</summary>
    private Action? _onCancelled;

    /// <summary>A group without a sequence gets lanes of the others if each group then has at least this many.</summary>
    private const int LanesWorthDividing = 2;

    private readonly ClientQueues _waiting = new();
    private readonly OccupiedLanes _inLanes = new(maximalLanes);
    private readonly ResultDelivery _delivery = new(shape.Units);
    private readonly LaneDivision _division = new(maximalLanes);
    private readonly RateMeter _rate = new();
    private long _tickets;
    private long _positions;
    private bool _isClosed;
    private volatile bool _isStopped;

    /// <summary>Gets the number of lanes that there is work for.</summary>
    public int WantedLanes => _division.Wanted;

    public int LanesPerGroup => _division.LanesPerGroup;

    public bool MustStop => _isStopped || _division.IsPaused;

    public ContinuousStatistics Statistics
    {
        get
        {
            var positions = Volatile.Read(ref _positions);
            lock (_division.Lock)
            {
                return new ContinuousStatistics(
                    _waiting.Count,
                    _waiting.Residues,
                    _waiting.Clients,
                    _inLanes.Count,
                    maximalLanes,
                    _delivery.Unfinished,
                    positions,
                    _rate.Of(positions)
                );
            }
        }
    }

    public bool TryJoin(ContinuousSlot[] slots, string client, out JoinRefusal refusal)
    {
        lock (_division.Lock)
        {
            if (RefusalOf(slots.Sum(slot => (long)slot.Tokens.Length)) is { } reason)
            {
                refusal = reason;
                return false;
            }

            refusal = default;
            foreach (var slot in slots)
            {
                if (!slot.Request.Cancellation.IsCancellationRequested)
                {
                    slot.Ticket = _tickets++;
                    _waiting.Add(slot, client);
                }
            }

            _delivery.Expect(slots.Length);
            Changed();
        }

        foreach (var slot in slots)
        {
            slot.EndOnCancellation(_division.Lock, () => End(slot, receiver => receiver.Cancel()));
        }

        return true;
    }

    /// <summary>Waits until there is something to compute.</summary>
    /// <returns>False if the run has ended.</returns>
    public bool WaitForWork()
    {
        lock (_division.Lock)
        {
            if (WantedLanes == 0)
            {
                _rate.Pause(Volatile.Read(ref _positions));
            }

            while (WantedLanes == 0 && !_isStopped)
            {
                _division.Sleep();
            }

            _rate.Resume(Volatile.Read(ref _positions));
            return !_isStopped;
        }
    }

    /// <summary>Begins to compute, while no group works.</summary>
    /// <param name="groups">The number of groups that take sequences.</param>
    /// <param name="lanes">The number of lanes of each.</param>
    /// <param name="mustDivide">
    /// Gives whether the lanes should be divided anew for a number of sequences. All groups then stop after their step.
    /// </param>
    public void Begin(int groups, int lanes, Func<int, bool> mustDivide)
    {
        lock (_division.Lock)
        {
            _division.Begin(groups, lanes, mustDivide);
        }
    }

    /// <summary>Sets what is called when a sequence that is not waiting any more is cancelled.</summary>
    public void OnCancelled(Action action) => _onCancelled = action;

    /// <summary>Ends a sequence with an exception, if it is still in a lane.</summary>
    public void Fail(ContinuousSlot slot, Exception exception)
    {
        if (IsInLane(slot))
        {
            Drop(slot);
            End(slot, receiver => receiver.Fail(exception));
        }
    }

    public Slot? Take()
    {
        ContinuousSlot? slot;
        lock (_division.Lock)
        {
            slot = _isStopped ? null : _waiting.Take(_inLanes.LongestClass);
            if (slot is null)
            {
                return null;
            }

            slot.State = ContinuousSlot.Stage.InLane;
            _inLanes.Add(slot);
        }

        try
        {
            slot.Vectors = new float[3 * shape.Units];
            slot.AllocateRows(slot.Request.Outputs, shape.Units);
            return slot;
        }
        catch (OutOfMemoryException exception)
        {
            End(slot, receiver => receiver.Fail(exception));
            Drop(slot);
            return Take();
        }
    }

    public bool WaitForChange()
    {
        lock (_division.Lock)
        {
            if (!MustStop && _waiting.HasUpTo(_inLanes.LongestClass))
            {
                return true;
            }

            // Without work the groups end together: otherwise one could be gone while another takes up work again. They
            // also stop to give this group some of their lanes.
            if (WantedLanes == 0 || _inLanes.Count >= LanesWorthDividing * _division.Groups)
            {
                _division.Pause();
            }

            if (!MustStop)
            {
                _division.Sleep();
            }

            return !MustStop;
        }
    }

    public void Complete(Slot slot)
    {
        var done = (ContinuousSlot)slot;
        Drop(done);
        End(done, null);
    }

    public void Drop(Slot slot)
    {
        lock (_division.Lock)
        {
            _inLanes.Remove((ContinuousSlot)slot);
            Changed();
        }
    }

    public void Split(BranchPoint branch, int size, Action<float[]> save) =>
        throw new NotSupportedException();

    public void ReleaseState(BranchPoint branch) => throw new NotSupportedException();

    public void CountPositions(int positions) => Interlocked.Add(ref _positions, positions);

    public void CountResidues(long residues) { }

    public void Fail(Exception exception) => Stop(receiver => receiver.Fail(exception));

    /// <summary>Ends the run: cancels what waits and what is in lanes.</summary>
    public void Stop() => Stop(receiver => receiver.Cancel());

    /// <summary>Lets no more sequences join; the task ends when all have ended.</summary>
    public Task Drain()
    {
        lock (_division.Lock)
        {
            _isClosed = true;
        }

        return _delivery.Drain();
    }

    /// <summary>Gives why so many residues may not join; null if they may. They always may if nothing waits.</summary>
    private JoinRefusal? RefusalOf(long residues)
    {
        if (_isClosed)
        {
            return new JoinRefusal(true, _waiting.Residues, TimeSpan.Zero);
        }

        var excess = Math.Min(_waiting.Residues + residues - maximalResidues, _waiting.Residues);
        return excess <= 0 || _waiting.Count == 0
            ? null
            : new JoinRefusal(
                false,
                _waiting.Residues,
                _rate.TimeFor(excess, Volatile.Read(ref _positions))
            );
    }

    private bool IsInLane(ContinuousSlot slot)
    {
        lock (_division.Lock)
        {
            return _inLanes.Contains(slot);
        }
    }

    private void Stop(Action<ISequenceReceiver> tell)
    {
        List<ContinuousSlot> ended;
        lock (_division.Lock)
        {
            _isClosed = _isStopped = true;
            ended = [.. _waiting.ToList(), .. _inLanes.Slots];
            Changed();
        }

        foreach (var slot in ended)
        {
            End(slot, tell);
        }
    }

    /// <summary>Ends a sequence once: delivers its result, or tells its receiver that there is none.</summary>
    private void End(ContinuousSlot slot, Action<ISequenceReceiver>? tell)
    {
        bool wasInLane;
        lock (_division.Lock)
        {
            if (slot.State == ContinuousSlot.Stage.Ended)
            {
                return;
            }

            if (slot.Client is not null)
            {
                _waiting.Remove(slot);
                Changed();
            }

            wasInLane = slot.State == ContinuousSlot.Stage.InLane;
            slot.State = ContinuousSlot.Stage.Ended;
            slot.IsUnwanted = true;
        }

        if (wasInLane)
        {
            _onCancelled?.Invoke();
        }

        slot.Registration.Unregister();
        _delivery.Deliver(slot, tell);
    }

    private void Changed() => _division.SetSequences(_waiting.Count + _inLanes.Count);
}
