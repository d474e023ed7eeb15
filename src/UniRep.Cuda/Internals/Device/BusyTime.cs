namespace UniRep.Compute.Internals.Cuda;

/// <summary>Adds up stretches of time, in milliseconds; where they overlap, the time counts once.</summary>
internal sealed class BusyTime
{
    private double _end;
    private double _milliseconds;

    /// <summary>Gets the time in which there was at least one stretch.</summary>
    public TimeSpan Total => TimeSpan.FromMilliseconds(_milliseconds);

    /// <summary>Adds a stretch. It ends no earlier than those before it.</summary>
    public void Add(double start, double end)
    {
        _milliseconds += Math.Max(0, end - Math.Max(start, _end));
        _end = Math.Max(_end, end);
    }
}
