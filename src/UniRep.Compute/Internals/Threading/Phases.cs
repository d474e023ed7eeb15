using System.Numerics;
using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// The phases of a step, and the panels of each shared out among the members of a team. A phase begins when all panels of
/// the one before are computed, whoever computed them: a member that is off its core is waited for only where it has a
/// panel in hand. Each member has panels of its own, the same in every step, so that what its core's caches kept of them
/// serves again; a member that is done with its own helps the others.
/// </summary>
internal sealed class Phases
{
    /// <summary>Counters lie on cache lines of their own.</summary>
    private const int Spacing = 16;
    private const int CountBits = 20;
    private const int MemberBits = 11;
    private const long NumberMask = (1L << (63 - CountBits - MemberBits)) - 1;
    private readonly int[] _panels;
    private readonly int _most;
    private readonly long _indexMask;
    private readonly Gate _phase = new();

    /// <summary>
    /// For each member the number of the phase, that of members who share it, and how many of the member's panels are
    /// taken, in one word: who comes late, or before the phase has begun for all, takes none.
    /// </summary>
    private readonly long[] _taken;
    private long _spin = Gate.ShortestSpin;
    private int _members;
    private int _done;

    /// <param name="panels">How many each phase of a step has.</param>
    /// <param name="mostMembers">How many members there may be.</param>
    public Phases(int[] panels, int mostMembers)
    {
        (_panels, _most, _members) = (panels, mostMembers, mostMembers);
        _taken = new long[mostMembers * Spacing];
        // The lowest bits of a phase's number say which phase of a step it is; the first after the last is the pause.
        _indexMask = (long)BitOperations.RoundUpToPowerOf2((uint)panels.Length + 1) - 1;
        Enter(panels.Length);
    }

    /// <summary>Gets the number of the phase under way, or of the pause between two steps.</summary>
    public long Current => _phase.Number;

    /// <summary>Which phase of a step a number is.</summary>
    public int IndexOf(long phase) => (int)(phase & _indexMask);

    /// <summary>Whether a number is that of the pause between two steps.</summary>
    public bool IsPause(long phase) => IndexOf(phase) == _panels.Length;

    /// <summary>Begins a step of some members; by one of them, in a pause.</summary>
    public void Begin(int members)
    {
        Volatile.Write(ref _members, members);
        Enter(NextStep);
    }

    /// <summary>Wakes who waits in a pause, without a step; by one of them.</summary>
    public void Rouse() => Enter(NextStep + _panels.Length);

    /// <summary>Lets members spin for a time that suits steps of some length.</summary>
    public void SpinFor(long stepTicks) => Volatile.Write(ref _spin, Gate.SpinFor(stepTicks));

    /// <summary>
    /// Takes a panel of a phase for a member, and tells which it will probably take next; false if none is left, or if the
    /// phase is not the one under way. Must be followed by <see cref="Finish"/>.
    /// </summary>
    /// <param name="member">Who takes it.</param>
    /// <param name="phase">The phase, as <see cref="Current"/> told it.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="next">The panel that may follow.</param>
    /// <remarks>
    /// Only who has seen a phase begin gets a panel of it. So a phase cannot end while the member that begins it is still
    /// about to tell its number, which then would take back a later one.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(int member, long phase, out int panel, out int next)
    {
        var panels = _panels[IndexOf(phase)];
        var known = Volatile.Read(ref _members);
        var owner = member < known ? member : 0;
        for (var turn = 0; turn < known; turn++, owner = owner + 1 < known ? owner + 1 : 0)
        {
            ref var taken = ref _taken[owner * Spacing];
            var word = Volatile.Read(ref taken);
            while (word >> (CountBits + MemberBits) == phase)
            {
                var members = (int)(word >> CountBits) & ((1 << MemberBits) - 1);
                panel = owner + members * ((int)word & ((1 << CountBits) - 1));
                if (owner >= members || panel >= panels)
                {
                    break;
                }

                var seen =
                    _most == 1 ? taken++ : Interlocked.CompareExchange(ref taken, word + 1, word);
                if (seen == word)
                {
                    next = panel + members < panels ? panel + members : panel;
                    return true;
                }

                word = seen;
            }
        }

        (panel, next) = (0, 0);
        return false;
    }

    /// <summary>Ends a panel; the last one begins the next phase, or the pause after the step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Finish(long phase)
    {
        var done = _most == 1 ? ++_done : Interlocked.Increment(ref _done);
        if (done == _panels[IndexOf(phase)])
        {
            Enter(phase + 1);
        }
    }

    /// <summary>Waits until a phase or pause is over, and gives the ticks for which the thread was blocked.</summary>
    /// <exception cref="BrokenTeamException">A member failed.</exception>
    public long WaitWhile(long phase) => _phase.WaitWhile(phase, Volatile.Read(ref _spin));

    /// <summary>Ends all waiting, because a member failed.</summary>
    public void Break() => _phase.Break();

    private long NextStep => (Current | _indexMask) + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Enter(long number)
    {
        var phase = number & NumberMask;
        _done = 0;
        for (var owner = 0; owner < _most; owner++)
        {
            var word = ((phase << MemberBits) + _members) << CountBits;
            Volatile.Write(ref _taken[owner * Spacing], word);
        }

        _phase.Set(phase);
    }
}
