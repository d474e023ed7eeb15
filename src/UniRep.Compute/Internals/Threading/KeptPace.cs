using System.Diagnostics;

namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// Keeps what a run learnt of a busy machine for the next one, if that comes soon: a run of one short sequence has no time
/// to learn it.
/// </summary>
internal sealed class KeptPace
{
    private static readonly TimeSpan Valid = TimeSpan.FromSeconds(2);
    private Kept? _kept;

    /// <summary>Gives the pace that was kept, once, or a new one.</summary>
    public Pace Take(int size) =>
        Interlocked.Exchange(ref _kept, null) is { } kept
        && kept.Pace.Size == size
        && Stopwatch.GetElapsedTime(kept.Since) < Valid
            ? kept.Pace
            : new Pace(size);

    /// <summary>Keeps the pace of a run that has ended.</summary>
    public void Keep(Pace pace) =>
        Volatile.Write(ref _kept, new Kept(pace, Stopwatch.GetTimestamp()));

    private sealed record Kept(Pace Pace, long Since);
}
