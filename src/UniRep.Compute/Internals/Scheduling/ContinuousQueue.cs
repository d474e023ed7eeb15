namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// The sequences of a continuous run: those that wait, those in lanes, and the way of each result to its receiver.
/// Receivers are called on threads of the thread pool, never with the lock held.
/// </summary>
internal sealed class ContinuousQueue(MlstmShape shape, long maximalResidues, int maximalLanes)
    : ILaneWork
{
    /// <summary>Called when a sequence that is not waiting any more is cancelled.</summary>
    private Action? _onCancelled;

    /// <summary>Gives whether the lanes should be divided anew for a number of sequences.</summary>
    private Func<int, bool> _mustDivide = _ => false;

    /// <summary>A group without a sequence gets lanes of the others if each group then has at least this many.</summary>
    private const int LanesWorthDividing = 2;

    private readonly object _lock = new();
    private readonly ClientQueues _waiting = new();
    private readonly HashSet<ContinuousSlot> _inLanes = [];
    private readonly int[] _inLanesByClass = new int[LengthClasses.Count];
    private readonly RateMeter _rate = new();
    private readonly TaskCompletionSource _drained = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private long _tickets;
    private long _unfinished;
    private long _positions;
    private int _wanted;
    private int _groups = 1;
    private int _lanes = 1;
    private int _sleeping;
    private bool _isClosed;
    private volatile bool _isStopped;
    private volatile bool _isPaused;

    /// <summary>Gets the number of lanes that there is work for.</summary>
    public int WantedLanes => Math.Min(Volatile.Read(ref _wanted), maximalLanes);

    public int LanesPerGroup =>
        Math.Min(_lanes, Math.Max(1, (WantedLanes + _groups - 1) / _groups));

    public bool MustStop => _isStopped || _isPaused;

    public ContinuousStatistics Statistics
    {
        get
        {
            var positions = Volatile.Read(ref _positions);
            lock (_lock)
            {
                return new ContinuousStatistics(
                    _waiting.Count,
                    _waiting.Residues,
                    _waiting.Clients,
                    _inLanes.Count,
                    maximalLanes,
                    _unfinished,
                    positions,
                    _rate.Of(positions)
                );
            }
        }
    }

    public bool TryJoin(ContinuousSlot[] slots, string client, out JoinRefusal refusal)
    {
        lock (_lock)
        {
            refusal = default;
            if (_isClosed)
            {
                refusal = new JoinRefusal(true, _waiting.Residues, TimeSpan.Zero);
                return false;
            }

            var residues = slots.Sum(slot => (long)slot.Tokens.Length);
            var excess = _waiting.Residues + residues - maximalResidues;
            if (excess > 0 && _waiting.Count > 0)
            {
                var wait = _rate.TimeFor(
                    Math.Min(excess, _waiting.Residues),
                    Volatile.Read(ref _positions)
                );
                refusal = new JoinRefusal(false, _waiting.Residues, wait);
                return false;
            }

            foreach (var slot in slots)
            {
                if (!slot.Request.Cancellation.IsCancellationRequested)
                {
                    slot.Ticket = _tickets++;
                    _waiting.Add(slot, client);
                }
            }

            _unfinished += slots.Length;
            Changed();
        }

        foreach (var slot in slots)
        {
            Register(slot);
        }

        return true;
    }

    /// <summary>Waits until there is something to compute.</summary>
    /// <returns>False if the run has ended.</returns>
    public bool WaitForWork()
    {
        lock (_lock)
        {
            if (_wanted == 0)
            {
                _rate.Pause(Volatile.Read(ref _positions));
            }

            while (_wanted == 0 && !_isStopped)
            {
                Sleep();
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
        lock (_lock)
        {
            (_groups, _lanes, _mustDivide, _isPaused) = (groups, lanes, mustDivide, false);
        }
    }

    /// <summary>Sets what is called when a sequence that is not waiting any more is cancelled.</summary>
    public void OnCancelled(Action action) => _onCancelled = action;

    /// <summary>Ends those of some sequences that are still in lanes with an exception.</summary>
    public void Fail(IEnumerable<ContinuousSlot> slots, Exception exception)
    {
        foreach (var slot in slots)
        {
            lock (_lock)
            {
                if (!_inLanes.Contains(slot))
                {
                    continue;
                }
            }

            Drop(slot);
            End(slot, receiver => receiver.Fail(exception));
        }
    }

    public Slot? Take()
    {
        ContinuousSlot? slot;
        lock (_lock)
        {
            slot = !_isStopped && CanTake ? _waiting.Take(LongestClass) : null;
            if (slot is null)
            {
                return null;
            }

            slot.State = ContinuousSlot.Stage.InLane;
            Enter(slot, 1);
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
        lock (_lock)
        {
            if (!MustStop && CanTake)
            {
                return true;
            }

            // Without work the groups end together: otherwise one could be gone while another takes up work again. They
            // also stop to give this group some of their lanes.
            if (_wanted == 0 || _inLanes.Count >= LanesWorthDividing * _groups)
            {
                Pause();
            }

            if (!MustStop)
            {
                Sleep();
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
        lock (_lock)
        {
            Enter((ContinuousSlot)slot, -1);
            Changed();
        }
    }

    public void Split(BranchPoint branch, int size, Action<float[]> save) =>
        throw new NotSupportedException("The sequences of a continuous run do not branch.");

    public void ReleaseState(BranchPoint branch) =>
        throw new NotSupportedException("The sequences of a continuous run do not branch.");

    public void CountPositions(int positions) => Interlocked.Add(ref _positions, positions);

    public void CountResidues(long residues) { }

    public void Fail(Exception exception) => Stop(receiver => receiver.Fail(exception));

    /// <summary>Ends the run: cancels what waits and what is in lanes.</summary>
    public void Stop() => Stop(receiver => receiver.Cancel());

    /// <summary>Lets no more sequences join; the task ends when all have ended.</summary>
    public Task Drain()
    {
        lock (_lock)
        {
            _isClosed = true;
            EndDrain();
            return _drained.Task;
        }
    }

    private bool CanTake => _inLanes.Count < maximalLanes && _waiting.HasUpTo(LongestClass);

    /// <summary>Gets the longest class of which one more sequence may take a lane; -1 if there is none.</summary>
    private int LongestClass
    {
        get
        {
            var longest = LengthClasses.Count - 1;
            var atLeast = 0;
            for (var at = longest; at > 0; at--)
            {
                atLeast += _inLanesByClass[at];
                if (atLeast >= LengthClasses.Limit(at, maximalLanes))
                {
                    longest = at - 1;
                }
            }

            return longest;
        }
    }

    private void Stop(Action<ISequenceReceiver> tell)
    {
        List<ContinuousSlot> ended;
        lock (_lock)
        {
            _isClosed = _isStopped = true;
            ended = [.. _waiting.ToList(), .. _inLanes];
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
        lock (_lock)
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
        ThreadPool.UnsafeQueueUserWorkItem(
            state =>
            {
                if (state.tell is { } tell)
                {
                    tell(state.slot.Request.Receiver);
                }
                else
                {
                    state.slot.Deliver(shape.Units);
                }

                lock (_lock)
                {
                    _unfinished--;
                    EndDrain();
                }
            },
            (slot, tell),
            false
        );
    }

    private void Register(ContinuousSlot slot)
    {
        if (!slot.Request.Cancellation.CanBeCanceled)
        {
            return;
        }

        var registration = slot.Request.Cancellation.UnsafeRegister(
            _ => End(slot, receiver => receiver.Cancel()),
            null
        );
        lock (_lock)
        {
            if (slot.State != ContinuousSlot.Stage.Ended)
            {
                slot.Registration = registration;
                return;
            }
        }

        registration.Unregister();
    }

    /// <summary>Counts a sequence that enters or leaves a lane.</summary>
    private void Enter(ContinuousSlot slot, int change)
    {
        _inLanesByClass[slot.Class] += change;
        if (change > 0)
        {
            _inLanes.Add(slot);
        }
        else
        {
            _inLanes.Remove(slot);
        }
    }

    /// <summary>Counts the lanes that there is work for, and wakes the threads that wait for a change.</summary>
    private void Changed()
    {
        Volatile.Write(ref _wanted, _waiting.Count + _inLanes.Count);
        if (_mustDivide(WantedLanes))
        {
            Pause();
        }
        else if (_sleeping > 0)
        {
            Monitor.PulseAll(_lock);
        }
    }

    private void Pause()
    {
        _isPaused = true;
        Monitor.PulseAll(_lock);
    }

    private void Sleep()
    {
        _sleeping++;
        Monitor.Wait(_lock);
        _sleeping--;
    }

    private void EndDrain()
    {
        if (_isClosed && _unfinished == 0)
        {
            _drained.TrySetResult();
        }
    }
}
