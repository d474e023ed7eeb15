using System.Runtime.ExceptionServices;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// What all threads of a run must know: whether it was cancelled, closed or has failed, and how far it is. Its lock guards
/// the queues of the run.
/// </summary>
internal sealed class RunState
{
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private ExceptionDispatchInfo? _failure;
    private long _positions;
    private volatile bool _isClosed;

    public RunState(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _registration = cancellation.Register(WakeAll);
    }

    /// <summary>Gets the lock of the run. Threads wait on it for sequences from the source or from other lanes.</summary>
    public object Lock { get; } = new();

    /// <summary>Gets whether the run must end now, because it was cancelled or closed, or has failed.</summary>
    public bool IsStopped =>
        _isClosed
        || Volatile.Read(ref _failure) is not null
        || _cancellation.IsCancellationRequested;

    /// <summary>Gets the number of positions that lanes have computed.</summary>
    public long Positions => Volatile.Read(ref _positions);

    /// <summary>Counts positions that lanes are about to compute.</summary>
    public void CountPositions(int positions) => Interlocked.Add(ref _positions, positions);

    /// <summary>Ends the run with an exception. The first one is kept.</summary>
    public void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        WakeAll();
    }

    /// <summary>Throws the exception that ended the run, or that of its cancellation.</summary>
    public void ThrowIfFailed()
    {
        _failure?.Throw();
        _cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Ends the run for good.</summary>
    public void Close()
    {
        _isClosed = true;
        _registration.Dispose();
    }

    private void WakeAll()
    {
        lock (Lock)
        {
            Monitor.PulseAll(Lock);
        }
    }
}
