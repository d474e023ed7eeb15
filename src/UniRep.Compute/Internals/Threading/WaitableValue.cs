using System.Diagnostics;

namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// A number that threads wait on until it changes. A waiting thread spins for some microseconds and then blocks. Blocking
/// frees the core for a thread that another program, or a container's CPU quota, holds up.
/// </summary>
internal sealed class WaitableValue
{
    /// <summary>About the cost of blocking and waking a thread.</summary>
    public static readonly long ShortestSpin = TicksOf(50e-6);
    private static readonly long LongestSpin = TicksOf(300e-6);
    private static readonly bool CanSpin = Environment.ProcessorCount > 1;
    private readonly object _monitor = new();
    private long _value;
    private int _blocked;
    private volatile bool _isBroken;

    public long Value => Volatile.Read(ref _value);

    public static long TicksOf(double seconds) => (long)(seconds * Stopwatch.Frequency);

    /// <summary>Gives the time to spin where a step takes <paramref name="stepTicks"/>.</summary>
    public static long SpinFor(long stepTicks) =>
        Math.Clamp(stepTicks / 2, ShortestSpin, LongestSpin);

    /// <summary>Changes the value and wakes all threads that wait.</summary>
    public void Set(long value)
    {
        // A full fence: a thread that blocks after this sees the new value.
        Interlocked.Exchange(ref _value, value);
        if (Volatile.Read(ref _blocked) > 0)
        {
            WakeAll();
        }
    }

    /// <summary>Waits until the value differs from <paramref name="value"/>.</summary>
    /// <param name="value">The value to wait on.</param>
    /// <param name="spinTicks">The time to spin before the thread blocks.</param>
    /// <returns>The ticks for which the thread was blocked.</returns>
    /// <exception cref="BrokenBarrierException"><see cref="Break"/> was called.</exception>
    public long WaitWhile(long value, long spinTicks)
    {
        if (CanSpin && MustWait(value))
        {
            var until = Stopwatch.GetTimestamp() + spinTicks;
            while (MustWait(value) && Stopwatch.GetTimestamp() < until)
            {
                Thread.SpinWait(1);
            }
        }

        var blocked = MustWait(value) ? Block(value) : 0;
        if (_isBroken)
        {
            throw new BrokenBarrierException();
        }

        return blocked;
    }

    /// <summary>Ends all waiting, now and later, with an exception.</summary>
    public void Break()
    {
        _isBroken = true;
        WakeAll();
    }

    private bool MustWait(long value) => Value == value && !_isBroken;

    private long Block(long value)
    {
        var start = Stopwatch.GetTimestamp();
        lock (_monitor)
        {
            Interlocked.Increment(ref _blocked);
            while (MustWait(value))
            {
                Monitor.Wait(_monitor);
            }

            Interlocked.Decrement(ref _blocked);
        }

        return Stopwatch.GetTimestamp() - start;
    }

    private void WakeAll()
    {
        lock (_monitor)
        {
            Monitor.PulseAll(_monitor);
        }
    }
}
