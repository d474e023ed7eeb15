using System.Diagnostics;
using System.Globalization;

namespace UniRep.Cli.Console;

/// <summary>
/// What the user sees while a command runs, on standard error: on a terminal a line that changes, in a log a line now
/// and then.
/// </summary>
internal sealed class Reporter(bool quiet)
{
    private static readonly Lock Writing = new();
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);
    private static bool _lineIsShown;
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private TimeSpan _silence = TimeSpan.FromSeconds(10);

    /// <summary>Writes numbers as people read them.</summary>
    public static string Number(double value, string format = "N0") =>
        value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Writes a number of things: `1 thread`, `2 threads`.</summary>
    public static string Counted(int count, string thing) =>
        $"{Number(count)} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>Writes something that must not be missed.</summary>
    public static void Warn(string message) => Write($"warning: {message}");

    /// <summary>Writes a line below everything that is shown.</summary>
    public static void Write(string message)
    {
        lock (Writing)
        {
            Clear();
            System.Console.Error.WriteLine(message);
        }
    }

    /// <summary>Says something, unless asked to be quiet.</summary>
    public void Say(string message)
    {
        if (!quiet)
        {
            Write(message);
        }
    }

    /// <summary>
    /// Shows how far the work is: on a terminal in place of the line before, elsewhere only if nothing has been shown
    /// for 10 to 30 seconds. An empty line clears the terminal's.
    /// </summary>
    public void ShowLine(string line)
    {
        lock (Writing)
        {
            if (quiet)
            {
                return;
            }

            if (Terminal.RewritesLines)
            {
                var shown = line[..Math.Min(line.Length, Math.Max(10, Terminal.Width - 1))];
                System.Console.Error.Write($"\r{shown}\e[K");
                _lineIsShown = shown.Length > 0;
            }
            else if (line.Length > 0 && _sinceLine.Elapsed >= _silence)
            {
                System.Console.Error.WriteLine(line);
                var longer = _silence + TimeSpan.FromSeconds(10);
                _silence = longer < LongestSilence ? longer : LongestSilence;
                _sinceLine.Restart();
            }
        }
    }

    /// <summary>Runs work and shows how far it is; the total is null where it is not known.</summary>
    public void Follow(string title, string unit, double? total, Action<IProgress<long>> work)
    {
        using var progress = new ProgressLine(this, title, unit, total);
        work(progress);
    }

    private static void Clear()
    {
        if (_lineIsShown)
        {
            System.Console.Error.Write("\r\e[K");
            _lineIsShown = false;
        }
    }
}
