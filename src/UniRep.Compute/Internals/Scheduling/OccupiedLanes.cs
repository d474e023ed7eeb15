namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The sequences in the lanes of a continuous run, by class of length. Callers hold the lock of the run.</summary>
/// <param name="limit">The most lanes that may be in use.</param>
internal sealed class OccupiedLanes(int limit)
{
    private readonly HashSet<ContinuousSlot> _slots = [];
    private readonly int[] _byClass = new int[LengthClasses.Count];

    /// <summary>Gets the most lanes that may be in use.</summary>
    public int Limit => limit;

    /// <summary>Gets the number of lanes in use.</summary>
    public int Count => _slots.Count;

    /// <summary>Gets the sequences.</summary>
    public IEnumerable<ContinuousSlot> Slots => _slots;

    /// <summary>Gets the longest class of which one more sequence may take a lane; -1 if there is none.</summary>
    public int LongestClass
    {
        get
        {
            if (Count >= limit)
            {
                return -1;
            }

            var longest = LengthClasses.Count - 1;
            var atLeast = 0;
            for (var at = longest; at > 0; at--)
            {
                atLeast += _byClass[at];
                if (atLeast >= LengthClasses.Limit(at, limit))
                {
                    longest = at - 1;
                }
            }

            return longest;
        }
    }

    public bool Contains(ContinuousSlot slot) => _slots.Contains(slot);

    public void Add(ContinuousSlot slot)
    {
        _slots.Add(slot);
        _byClass[slot.Class]++;
    }

    public void Remove(ContinuousSlot slot)
    {
        _slots.Remove(slot);
        _byClass[slot.Class]--;
    }
}
