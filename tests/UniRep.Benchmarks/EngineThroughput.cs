using System.Diagnostics;
using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares runs of the engine with the limits of the machine: the multiply-add peak and the rate of reading memory. Limits
/// are measured again in every round, because the speed of a machine can drift.
/// </summary>
internal static class EngineThroughput
{
    private const int Rounds = 9;
    private const int RoundsOfMutants = 3;
    private const double SecondsPerRun = 0.5;

    /// <summary>Long enough that filling and draining the lanes does not matter.</summary>
    private const double SecondsOfRagged = 2;
    private const int RaggedSequences = 1_000;

    public static void Print(
        int units,
        int layers,
        InstructionSet set,
        int lanes,
        int threads,
        Precision precision
    )
    {
        using var engine = MlstmEngine.Create(
            RandomModel.Arrays(units, layers),
            new EngineOptions
            {
                InstructionSet = set,
                Lanes = lanes,
                Threads = threads,
                Precision = precision,
            }
        );
        var flop = Workload.FlopPerResidue(engine.Shape);
        Console.WriteLine($"{units} x {layers} {set}, {engine.Threads} threads, {precision}");
        Report("one sequence", engine, Workload.Equal(1, 20), count => Workload.Equal(1, count));
        foreach (var batch in new[] { 2, 4, 8, 16, 32 })
        {
            Report(
                $"{batch} of equal length",
                engine,
                Workload.Equal(batch, 20),
                count => Workload.Equal(batch, count / batch)
            );
        }

        Report(
            "ragged",
            engine,
            Workload.Proteome(64, 30),
            count => Workload.Proteome(RaggedSequences, (double)count / RaggedSequences),
            SecondsOfRagged
        );
        ReportMutants(engine);

        void Report(
            string name,
            MlstmEngine subject,
            byte[][] first,
            Func<int, byte[][]> make,
            double seconds = SecondsPerRun
        )
        {
            Rate(subject, first);
            var speed = Rate(subject, first);
            var load = make((int)Math.Max(64, speed * seconds));
            var (ofPeak, ofRead, rates) = (
                new List<double>(),
                new List<double>(),
                new List<double>()
            );
            for (var round = 0; round < Rounds; round++)
            {
                var peak = MachinePeak.FmaGflops(subject.Threads, set);
                var read = MachinePeak.ReadGigabytesPerSecond((long)(flop * 2), subject.Threads);
                rates.Add(Rate(subject, load));
                ofPeak.Add(rates[^1] * flop * 1e-9 / peak);
                ofRead.Add(rates[^1] * flop * 2e-9 / read);
            }

            Console.WriteLine(
                $"{name, -20} {Median(rates), 9:F0} residues/s, of the peak {Median(ofPeak):P1} (best {ofPeak.Max():P1}), of reading {Median(ofRead):P1} (best {ofRead.Max():P1})"
            );
        }
    }

    /// <summary>
    /// Compares all single mutants of a protein with sequences of the same number of residues that share nothing. Every
    /// residue of every mutant counts.
    /// </summary>
    private static void ReportMutants(MlstmEngine engine)
    {
        var speed = Rate(engine, Workload.Proteome(192, 30));
        var length = Math.Clamp((int)Math.Sqrt(speed * SecondsPerRun / 19), 60, 239);
        var mutants = Workload.SingleMutants(length);
        var ragged = Workload.Proteome(mutants.Length, 0.86 * length);
        var (rates, gains) = (new List<double>(), new List<double>());
        for (var round = 0; round < RoundsOfMutants; round++)
        {
            rates.Add(Rate(engine, mutants));
            gains.Add(rates[^1] / Rate(engine, ragged));
        }

        Console.WriteLine(
            $"{"single mutants", -20} {Median(rates), 9:F0} residues/s, {Median(gains):F2} times as many as of {mutants.Length} sequences that share nothing"
        );
    }

    internal static double Rate(MlstmEngine engine, byte[][] load)
    {
        var watch = Stopwatch.StartNew();
        engine.Run(new ArraySource(load), new ChecksumSink());
        return load.Sum(sequence => sequence.Length + 1.0) / watch.Elapsed.TotalSeconds;
    }

    internal static double Median(List<double> values) =>
        values.Order().ElementAt(values.Count / 2);
}
