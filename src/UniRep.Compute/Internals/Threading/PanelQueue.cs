using System.Numerics;
using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// The queue from which the threads of a group take the panels of a step. A step has several phases. A phase begins when
/// all panels of the phase before are computed, whichever thread computed them. So a thread that has lost its core delays
/// the others only while it holds a panel. Each thread has its own panels, the same in every step, because its core's
/// caches may still hold them. Idle threads steal panels from the others.
/// </summary>
internal sealed class PanelQueue
{
    /// <summary>Puts each counter on cache lines of its own.</summary>
    private const int Spacing = 16;
    private const int CountBits = 20;
    private const int ThreadBits = 11;
    private const long NumberMask = (1L << (63 - CountBits - ThreadBits)) - 1;
    private readonly int[] _panels;
    private readonly int _maximalThreads;
    private readonly long _indexMask;
    private readonly WaitableValue _phase = new();

    /// <summary>
    /// One word for each thread: the number of the phase, the number of threads that share it, and the number of the
    /// thread's panels that are taken. A compare-and-swap of the word fails for a thread that knows another phase.
    /// </summary>
    private readonly long[] _taken;
    private long _spin = WaitableValue.ShortestSpin;
    private int _threads;
    private int _done;

    /// <param name="panels">The number of panels of each phase of a step.</param>
    /// <param name="maximalThreads">The largest number of threads.</param>
    public PanelQueue(int[] panels, int maximalThreads)
    {
        (_panels, _maximalThreads, _threads) = (panels, maximalThreads, maximalThreads);
        _taken = new long[maximalThreads * Spacing];
        // The lowest bits of a phase's number are its index in the step. The index after the last phase is the pause.
        _indexMask = (long)BitOperations.RoundUpToPowerOf2((uint)panels.Length + 1) - 1;
        Enter(panels.Length);
    }

    /// <summary>Gets the number of the current phase, or of the pause between two steps.</summary>
    public long Current => _phase.Value;

    /// <summary>Gives the index of a phase in its step.</summary>
    public int IndexOf(long phase) => (int)(phase & _indexMask);

    /// <summary>Gives whether a number is that of the pause between two steps.</summary>
    public bool IsPause(long phase) => IndexOf(phase) == _panels.Length;

    /// <summary>Begins a step. Called by one thread, in a pause.</summary>
    /// <param name="threads">The number of threads that have panels of their own in this step.</param>
    public void Begin(int threads)
    {
        Volatile.Write(ref _threads, threads);
        Enter(NextStep);
    }

    /// <summary>Wakes the threads that wait in a pause, without a step. Called by one thread.</summary>
    public void WakeAll() => Enter(NextStep + _panels.Length);

    /// <summary>Sets the time to spin to one that suits steps of some duration.</summary>
    public void SpinFor(long stepTicks) =>
        Volatile.Write(ref _spin, WaitableValue.SpinFor(stepTicks));

    /// <summary>
    /// Takes a panel of a phase. Call <see cref="Finish"/> once it is computed.
    /// </summary>
    /// <param name="rank">The thread.</param>
    /// <param name="phase">The phase, as <see cref="Current"/> gave it.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="next">The panel that the thread takes next, unless another thread steals it.</param>
    /// <returns>False if no panel is left, or if the phase is not the current one.</returns>
    /// <remarks>
    /// A thread gets a panel only of a phase that it has seen begin. So a phase cannot end before the thread that begins
    /// it has published its number.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int rank, long phase, out int panel, out int next)
    {
        var panels = _panels[IndexOf(phase)];
        var known = Volatile.Read(ref _threads);
        var owner = rank < known ? rank : 0;
        for (var turn = 0; turn < known; turn++, owner = owner + 1 < known ? owner + 1 : 0)
        {
            ref var taken = ref _taken[owner * Spacing];
            var word = Volatile.Read(ref taken);
            while (word >> (CountBits + ThreadBits) == phase)
            {
                var threads = (int)(word >> CountBits) & ((1 << ThreadBits) - 1);
                panel = owner + threads * ((int)word & ((1 << CountBits) - 1));
                if (owner >= threads || panel >= panels)
                {
                    break;
                }

                var seen =
                    _maximalThreads == 1
                        ? taken++
                        : Interlocked.CompareExchange(ref taken, word + 1, word);
                if (seen == word)
                {
                    next = panel + threads < panels ? panel + threads : panel;
                    return true;
                }

                word = seen;
            }
        }

        (panel, next) = (0, 0);
        return false;
    }

    /// <summary>Counts a computed panel. The last one of a phase begins the next phase, or the pause.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Finish(long phase)
    {
        var done = _maximalThreads == 1 ? ++_done : Interlocked.Increment(ref _done);
        if (done == _panels[IndexOf(phase)])
        {
            Enter(phase + 1);
        }
    }

    /// <summary>Waits until a phase or pause is over, and gives the ticks for which the thread was blocked.</summary>
    /// <exception cref="BrokenBarrierException">A thread failed.</exception>
    public long WaitWhile(long phase) => _phase.WaitWhile(phase, Volatile.Read(ref _spin));

    /// <summary>Ends all waiting, now and later, because a thread failed.</summary>
    public void Break() => _phase.Break();

    private long NextStep => (Current | _indexMask) + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Enter(long number)
    {
        var phase = number & NumberMask;
        _done = 0;
        for (var owner = 0; owner < _maximalThreads; owner++)
        {
            var word = ((phase << ThreadBits) + _threads) << CountBits;
            Volatile.Write(ref _taken[owner * Spacing], word);
        }

        _phase.Set(phase);
    }
}
