using System.Diagnostics;
using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>
/// One sequence on several threads beside one thread, in turn, while other processes keep cores busy: threads that wait
/// for one that is off its core must not make several threads slower than one.
/// </summary>
internal static class BusyMachineThroughput
{
    private const double SecondsPerRun = 0.3;

    public static void Print(int units, int layers, int threads, int mostHogs, int rounds)
    {
        var arrays = Workload.Arrays(units, layers);
        using var one = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
        using var many = MlstmEngine.Create(arrays, new EngineOptions { Threads = threads });
        var speed = Rate(one, Workload.Equal(1, 500));
        var load = Workload.Equal(1, (int)Math.Max(64, speed * SecondsPerRun));
        Rate(many, load);
        Console.WriteLine(
            $"{units} x {layers}, one sequence of {load[0].Length} residues, medians of {rounds} rounds, {Environment.ProcessorCount} processors; load before: {SystemLoad()}"
        );
        for (var hogs = 0; hogs <= mostHogs; hogs++)
        {
            var (single, several, ratios) = Measure(one, many, load, hogs, rounds);
            Console.WriteLine(
                $"{hogs} busy processes beside: 1 thread {Median(single), 7:F0} residues/s, {many.Threads} threads {Median(several), 7:F0}, ratio {Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2})"
            );
        }

        Console.WriteLine($"load after: {SystemLoad()}");
    }

    private static (List<double> One, List<double> Many, List<double> Ratios) Measure(
        MlstmEngine one,
        MlstmEngine many,
        byte[][] load,
        int hogs,
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
            for (var hog = 0; hog < hogs; hog++)
            {
                processes.Add(Process.Start("sh", ["-c", "while :; do :; done"]));
            }

            for (var round = 0; round < rounds; round++)
            {
                // In turn first and second: a scheduler may favour either.
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

    /// <summary>How many processes want a core, over the last minute, where the system says it.</summary>
    private static string SystemLoad() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
