namespace UniRep.Benchmarks.Serving;

/// <summary>Makes the command fail if requests are lost or answers are wrong.</summary>
internal static class Faults
{
    public static void Require(Tally tally) => Require(tally.Faults == 0, tally.ToString());

    public static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            Console.WriteLine($"FAULT: {otherwise}");
            Environment.ExitCode = 1;
        }
    }
}

/// <summary>How busy the machine is.</summary>
internal static class SystemLoad
{
    /// <summary>Gets the load average of the last minute, if the system has one.</summary>
    public static string Now =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
