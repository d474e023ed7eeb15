namespace UniRep.Compute.Internals.Threading;

/// <summary>A barrier for a fixed number of threads: each waits until all have arrived.</summary>
internal sealed class StepBarrier(int threads)
{
    private readonly WaitableValue _round = new();
    private int _arrived;

    /// <summary>The number of threads that meet here.</summary>
    public int Threads => threads;

    /// <summary>Waits until every thread has arrived.</summary>
    /// <exception cref="BrokenBarrierException">A thread failed.</exception>
    public void SignalAndWait()
    {
        if (threads == 1)
        {
            return;
        }

        var round = _round.Value;
        if (Interlocked.Increment(ref _arrived) == threads)
        {
            _arrived = 0;
            _round.Set(round + 1);
        }
        else
        {
            _round.WaitWhile(round, WaitableValue.ShortestSpin);
        }
    }

    /// <summary>Ends all waiting, now and later, because a thread failed.</summary>
    public void Break() => _round.Break();
}
