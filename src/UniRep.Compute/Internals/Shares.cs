namespace UniRep.Compute.Internals;

/// <summary>
/// The panels of a matrix shared out among the members of a team. Each has panels of its own, the same in every step, so
/// that what its core's caches kept of them serves again; who has done with its own helps the others.
/// </summary>
internal sealed class Shares(int members, int panels)
{
    /// <summary>Counters lie on cache lines of their own.</summary>
    private const int Spacing = 32;
    private readonly int[] _taken = new int[members * Spacing];

    /// <summary>Makes all panels free again; for one member, while the others wait.</summary>
    public void Refill() => Array.Clear(_taken);

    /// <summary>Takes a panel for a member, and tells which it will probably take next; false if none is left.</summary>
    public bool TryTake(int member, out int panel, out int next)
    {
        for (var turn = 0; turn < members; turn++)
        {
            var owner = (member + turn) % members;
            ref var taken = ref _taken[owner * Spacing];
            panel =
                owner + members * (members == 1 ? taken++ : Interlocked.Increment(ref taken) - 1);
            if (panel < panels)
            {
                next = panel + members < panels ? panel + members : panel;
                return true;
            }
        }

        (panel, next) = (panels, panels);
        return false;
    }
}
