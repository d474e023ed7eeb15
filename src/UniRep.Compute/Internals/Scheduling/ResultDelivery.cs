namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// Calls the receivers of a continuous run, on threads of the thread pool, and counts those that have not been called yet.
/// </summary>
/// <param name="units">The number of units of the model.</param>
internal sealed class ResultDelivery(int units)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _drained = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private long _unfinished;
    private bool _isClosed;

    /// <summary>Gets the number of sequences whose receivers have not been called yet.</summary>
    public long Unfinished
    {
        get
        {
            lock (_lock)
            {
                return _unfinished;
            }
        }
    }

    /// <summary>Counts sequences that have joined.</summary>
    public void Expect(int sequences)
    {
        lock (_lock)
        {
            _unfinished += sequences;
        }
    }

    /// <summary>Delivers the result of a sequence, or tells its receiver that there is none.</summary>
    public void Deliver(ContinuousSlot slot, Action<ISequenceReceiver>? tell) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            state =>
            {
                if (state.tell is { } tell)
                {
                    tell(state.slot.Request.Receiver);
                }
                else
                {
                    state.slot.Deliver(units);
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

    /// <summary>Gives a task that ends when all receivers have been called. No more sequences may join.</summary>
    public Task Drain()
    {
        lock (_lock)
        {
            _isClosed = true;
            EndDrain();
            return _drained.Task;
        }
    }

    private void EndDrain()
    {
        if (_isClosed && _unfinished == 0)
        {
            _drained.TrySetResult();
        }
    }
}
