using System.Runtime.ExceptionServices;

namespace UniRep.Compute.Internals.Threading;

/// <summary>What several threads do at the same time, each its part; an exception of one ends all.</summary>
internal sealed class SharedWork(int count, Action<int> action, Action<Exception> onFailure)
{
    private const int Running = 1;
    private const int LeftOut = 2;
    private readonly int[] _states = new int[count];
    private readonly CountdownEvent _open = new(count);
    private ExceptionDispatchInfo? _failure;

    /// <summary>Does a part, unless it is left out; raises nothing.</summary>
    public void Do(int part)
    {
        if (Interlocked.CompareExchange(ref _states[part], Running, 0) != 0)
        {
            return;
        }

        try
        {
            if (Volatile.Read(ref _failure) is null)
            {
                action(part);
            }
        }
        catch (BrokenTeamException) when (Volatile.Read(ref _failure) is not null)
        {
            // Another part has the reason.
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            _open.Signal();
        }
    }

    /// <summary>Takes note of an exception, the first one counts, and lets the others end.</summary>
    public void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        onFailure(exception);
    }

    /// <summary>Leaves out what has not begun, waits for the rest, and raises what went wrong.</summary>
    public void Join()
    {
        for (var part = 0; part < count; part++)
        {
            if (Interlocked.CompareExchange(ref _states[part], LeftOut, 0) == 0)
            {
                _open.Signal();
            }
        }

        _open.Wait();
        _failure?.Throw();
    }
}
