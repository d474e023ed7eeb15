using System.Diagnostics;
using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares the speed of one sequence on several threads and on one, in turn, while other processes keep cores busy. Several
/// threads must not be slower than one.
/// </summary>
internal static class BusyMachineThroughput
{
    private const double SecondsPerRun = 0.3;

    public static void Print(int units, int layers, int threads, int maximalBusy, int rounds)
    {
        var arrays = RandomModel.Arrays(units, layers);
        using var one = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
        using var many = MlstmEngine.Create(arrays, new EngineOptions { Threads = threads });
        var speed = Rate(one, Workload.Equal(1, 500));
        var load = Workload.Equal(1, (int)Math.Max(64, speed * SecondsPerRun));
        Rate(many, load);
        Console.WriteLine(
            $"{units} x {layers}, one sequence of {load[0].Length} residues, medians of {rounds} rounds, {Environment.ProcessorCount} processors; load before: {SystemLoad()}"
        );
        for (var busy = 0; busy <= maximalBusy; busy++)
        {
            var (single, several, ratios) = Measure(one, many, load, busy, rounds);
            Console.WriteLine(
                $"{busy} other busy processes: 1 thread {Median(single), 7:F0} residues/s, {many.Threads} threads {Median(several), 7:F0}, ratio {Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2})"
            );
        }

        Console.WriteLine($"load after: {SystemLoad()}");
    }

    private static (List<double> One, List<double> Many, List<double> Ratios) Measure(
        MlstmEngine one,
        MlstmEngine many,
        byte[][] load,
        int busy,
        int rounds
    )
    {
        var (single, several, ratios) = (
            new List<double>(),
            new List<double>(),
            new List<double>()
        );
        var processes = new List<Process>();
        try
        {
            for (var started = 0; started < busy; started++)
            {
                processes.Add(Process.Start("sh", ["-c", "while :; do :; done"]));
            }

            for (var round = 0; round < rounds; round++)
            {
                // Each is first in every other round: a scheduler may favour either.
                if (round % 2 == 0)
                {
                    single.Add(Rate(one, load));
                    several.Add(Rate(many, load));
                }
                else
                {
                    several.Add(Rate(many, load));
                    single.Add(Rate(one, load));
                }

                ratios.Add(several[^1] / single[^1]);
            }
        }
        finally
        {
            processes.ForEach(process =>
            {
                process.Kill();
                process.Dispose();
            });
        }

        return (single, several, ratios);
    }

    private static double Rate(MlstmEngine engine, byte[][] load)
    {
        var watch = Stopwatch.StartNew();
        engine.Run(new ArraySource(load), new ChecksumSink());
        return (load[0].Length + 1.0) / watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Gives the load average of the last minute, if the system has one.</summary>
    private static string SystemLoad() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
