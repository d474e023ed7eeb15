namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// How the lanes of a continuous run are divided among groups of threads, and the threads that wait for work. Methods are
/// called with the lock of the run held, properties are read by any thread.
/// </summary>
/// <param name="maximalLanes">The most lanes that may be in use.</param>
internal sealed class LaneDivision(int maximalLanes)
{
    private Func<int, bool> _mustDivide = _ => false;
    private int _sequences;
    private int _groups = 1;
    private int _lanes = 1;
    private int _sleeping;
    private volatile bool _isPaused;

    /// <summary>Gets the lock of the run.</summary>
    public object Lock { get; } = new();

    /// <summary>Gets the number of lanes that there is work for.</summary>
    public int Wanted => Math.Min(Volatile.Read(ref _sequences), maximalLanes);

    /// <summary>Gets the number of lanes that each group may use now.</summary>
    public int LanesPerGroup => Math.Min(_lanes, Math.Max(1, (Wanted + _groups - 1) / _groups));

    /// <summary>Gets the number of groups.</summary>
    public int Groups => _groups;

    /// <summary>Gets whether the groups must stop after their step, so that lanes can be divided anew.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>Begins to compute, while no group works.</summary>
    /// <param name="groups">The number of groups that take sequences.</param>
    /// <param name="lanes">The number of lanes of each.</param>
    /// <param name="mustDivide">Gives whether the lanes should be divided anew for a number of sequences.</param>
    public void Begin(int groups, int lanes, Func<int, bool> mustDivide) =>
        (_groups, _lanes, _mustDivide, _isPaused) = (groups, lanes, mustDivide, false);

    /// <summary>Sets the number of sequences that wait or are in lanes, and wakes the threads that wait for a change.</summary>
    public void SetSequences(int sequences)
    {
        Volatile.Write(ref _sequences, sequences);
        if (_mustDivide(Wanted))
        {
            Pause();
        }
        else if (_sleeping > 0)
        {
            Monitor.PulseAll(Lock);
        }
    }

    /// <summary>Stops all groups after their step.</summary>
    public void Pause()
    {
        _isPaused = true;
        Monitor.PulseAll(Lock);
    }

    /// <summary>Waits for a change.</summary>
    public void Sleep()
    {
        _sleeping++;
        Monitor.Wait(Lock);
        _sleeping--;
    }
}
