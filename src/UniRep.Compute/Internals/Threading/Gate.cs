using System.Diagnostics;

namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// A number that threads wait for to change. Who waits spins for some microseconds, then blocks, so that a thread whose
/// core another program holds, or whose container has used up its quota, may get a core.
/// </summary>
internal sealed class Gate
{
    /// <summary>About what it costs to block and to be woken.</summary>
    public static readonly long ShortestSpin = TicksOf(50e-6);
    private static readonly long LongestSpin = TicksOf(300e-6);
    private static readonly bool SpinsAtAll = Environment.ProcessorCount > 1;
    private readonly object _monitor = new();
    private long _number;
    private int _asleep;
    private volatile bool _isBroken;

    public long Number => Volatile.Read(ref _number);

    public static long TicksOf(double seconds) => (long)(seconds * Stopwatch.Frequency);

    /// <summary>How long to spin where steps take some time.</summary>
    public static long SpinFor(long stepTicks) =>
        Math.Clamp(stepTicks / 2, ShortestSpin, LongestSpin);

    /// <summary>Changes the number, and wakes who waits for that.</summary>
    public void Set(long number)
    {
        // A full fence: who falls asleep after this sees the new number.
        Interlocked.Exchange(ref _number, number);
        if (Volatile.Read(ref _asleep) > 0)
        {
            Wake();
        }
    }

    /// <summary>Waits until the number is another one, and gives the ticks for which the thread was blocked.</summary>
    /// <exception cref="BrokenTeamException">The waiting was ended.</exception>
    public long WaitWhile(long number, long spinTicks)
    {
        if (SpinsAtAll && IsWaiting(number))
        {
            var until = Stopwatch.GetTimestamp() + spinTicks;
            while (IsWaiting(number) && Stopwatch.GetTimestamp() < until)
            {
                Thread.SpinWait(1);
            }
        }

        var blocked = IsWaiting(number) ? Block(number) : 0;
        ThrowIfBroken();
        return blocked;
    }

    /// <summary>Ends all waiting, now and later, with an exception.</summary>
    public void Break()
    {
        _isBroken = true;
        Wake();
    }

    public void ThrowIfBroken()
    {
        if (_isBroken)
        {
            throw new BrokenTeamException();
        }
    }

    private bool IsWaiting(long number) => Number == number && !_isBroken;

    private long Block(long number)
    {
        var start = Stopwatch.GetTimestamp();
        lock (_monitor)
        {
            Interlocked.Increment(ref _asleep);
            while (IsWaiting(number))
            {
                Monitor.Wait(_monitor);
            }

            Interlocked.Decrement(ref _asleep);
        }

        return Stopwatch.GetTimestamp() - start;
    }

    private void Wake()
    {
        lock (_monitor)
        {
            Monitor.PulseAll(_monitor);
        }
    }
}

/// <summary>Ends the work of a thread because another one of its team failed, which has the reason.</summary>
internal sealed class BrokenTeamException : Exception;
