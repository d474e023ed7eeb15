using System.Diagnostics;

namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// Keeps the tuner of the last run for a run that begins soon after. A run of one short sequence is over before it has
/// measured anything.
/// </summary>
internal sealed class TunerCache
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);
    private Entry? _entry;

    /// <summary>Gives the kept tuner to one caller, or makes a new one.</summary>
    /// <param name="threads">The number of threads of the run.</param>
    public ThreadCountTuner Take(int threads) =>
        Interlocked.Exchange(ref _entry, null) is { } entry
        && entry.Tuner.MaximalThreads == threads
        && Stopwatch.GetElapsedTime(entry.Since) < Lifetime
            ? entry.Tuner
            : new ThreadCountTuner(threads);

    /// <summary>Keeps the tuner of a run that has ended.</summary>
    public void Keep(ThreadCountTuner tuner) =>
        Volatile.Write(ref _entry, new Entry(tuner, Stopwatch.GetTimestamp()));

    private sealed record Entry(ThreadCountTuner Tuner, long Since);
}
