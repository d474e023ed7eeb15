using System.Diagnostics;

namespace UniRep.Cli.Console;

/// <summary>Counts what a piece of work has done, and shows it several times a second until disposed.</summary>
internal sealed class ProgressLine : IProgress<long>, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Reporter _reporter;
    private readonly Timer _timer;
    private long _done;

    public ProgressLine(Reporter reporter, string title, string unit, double? total)
    {
        _reporter = reporter;
        _timer = new Timer(
            _ =>
                reporter.ShowLine(
                    Text(title, unit, Volatile.Read(ref _done), total, _watch.Elapsed)
                ),
            null,
            Period,
            Period
        );
    }

    public void Report(long value) => Volatile.Write(ref _done, value);

    public void Dispose()
    {
        using var ended = new ManualResetEvent(false);
        _timer.Dispose(ended);
        ended.WaitOne();
        _reporter.ShowLine("");
    }

    /// <summary>The count and the rate; the share and the time left where the total is known.</summary>
    public static string Text(string title, string unit, long done, double? total, TimeSpan elapsed)
    {
        var (size, name, format) = unit == "bytes" ? (1e6, "MB", "N1") : (1.0, unit, "N0");
        string Amount(double value) => Reporter.Number(value / size, format);
        var rate = done / elapsed.TotalSeconds;
        var count = total is > 0 and var all
            ? $"{Amount(done)} of {Amount(all)} {name} ({Math.Floor(100 * done / all)} %)"
            : $"{Amount(done)} {name}";
        var time =
            total is > 0 and var whole && done > 0
                ? $"{Time((whole - done) / rate)} left"
                : Time(elapsed.TotalSeconds);
        return $"{title}: {count}, {Amount(rate)} {name}/s, {time}";
    }

    private static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Clamp(Math.Round(seconds), 0, 1e8));
        return FormattableString.Invariant($"{(int)time.TotalHours}:{time:mm\\:ss}");
    }
}
