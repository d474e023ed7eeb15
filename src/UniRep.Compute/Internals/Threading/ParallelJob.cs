using System.Runtime.ExceptionServices;

namespace UniRep.Compute.Internals.Threading;

/// <summary>The ranks of one call of <see cref="WorkerThreads.Run"/>. An exception of one rank ends all.</summary>
internal sealed class ParallelJob(int count, Action<int> action, Action<Exception> onFailure)
{
    private const int NotStarted = 0;
    private const int Started = 1;
    private const int Skipped = 2;
    private readonly int[] _states = new int[count];
    private readonly CountdownEvent _pending = new(count);
    private ExceptionDispatchInfo? _failure;

    /// <summary>Runs a rank, unless it was skipped or another rank has failed. Does not throw.</summary>
    public void Run(int rank)
    {
        if (Interlocked.CompareExchange(ref _states[rank], Started, NotStarted) != NotStarted)
        {
            return;
        }

        try
        {
            if (Volatile.Read(ref _failure) is null)
            {
                action(rank);
            }
        }
        catch (BrokenBarrierException) when (Volatile.Read(ref _failure) is not null)
        {
            // Another rank has the reason.
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            _pending.Signal();
        }
    }

    /// <summary>Keeps the first exception and lets the other ranks end.</summary>
    public void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        onFailure(exception);
    }

    /// <summary>Skips the ranks that have not started, waits for the others, and throws the first exception.</summary>
    public void Join()
    {
        for (var rank = 0; rank < count; rank++)
        {
            if (Interlocked.CompareExchange(ref _states[rank], Skipped, NotStarted) == NotStarted)
            {
                _pending.Signal();
            }
        }

        _pending.Wait();
        _failure?.Throw();
    }
}
