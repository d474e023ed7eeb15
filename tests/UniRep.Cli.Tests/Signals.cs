using System.Globalization;
using System.Text.RegularExpressions;

namespace UniRep.Cli.Tests;

/// <summary>Says which signals the programs that tests start ignore.</summary>
internal static partial class Signals
{
    private const int Interrupt = 2;

    /// <summary>Skips a test that interrupts a program where programs ignore SIGINT: a shell ignores it for its background
    /// jobs, and every program that a job starts inherits that.</summary>
    public static void SkipWhereInterruptIsIgnored()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var status = Shell.Run(Path.GetTempPath(), "cat /proc/self/status").AssertDone().Text;
        Assert.SkipWhen(
            Ignores(status, Interrupt),
            "SIGINT is ignored here, as in a background job of a shell: run the tests in the foreground"
        );
    }

    /// <summary>Tells whether a process ignores a signal, by its /proc/PID/status.</summary>
    public static bool Ignores(string status, int signal)
    {
        var mask = Ignored().Match(status).Groups["mask"].Value;
        return (
                ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                    >> signal - 1
                & 1
            ) == 1;
    }

    [GeneratedRegex(@"^SigIgn:\s*(?<mask>[0-9a-f]+)", RegexOptions.Multiline)]
    private static partial Regex Ignored();
}
