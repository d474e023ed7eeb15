using System.Diagnostics;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>
/// Measures limits and engine in turn, several rounds of each, and takes medians, so that a machine whose speed drifts
/// does not favour either. Weights and sequences come from a seed.
/// </summary>
internal sealed class BenchRun(
    int units,
    int layers,
    int threads,
    Precision precision,
    bool compare,
    int rounds,
    CancellationToken cancellation
)
{
    private const double SecondsPerRound = 0.6;

    /// <summary>Floating-point operations per residue: the products with h, m and the layer below; those of the first layer's x are tabulated.</summary>
    private double Flop => 2.0 * 5 * units * units * (2 * layers - 1);

    /// <summary>Bytes of weights that every step reads.</summary>
    private double Bytes =>
        Flop
        / 2
        * precision switch
        {
            Precision.Exact => 4,
            Precision.Int8 => 1,
            _ => 2,
        };

    public BenchFigures Run(Reporter reporter)
    {
        var machine = BenchMachine.Describe();
        var arrays = BenchWorkload.Arrays(units, layers);
        using var engine = MlstmEngine.Create(
            arrays,
            new EngineOptions { Threads = threads, Precision = precision }
        );
        var peaks = new List<double>();
        var reads = new List<double>();
        var single = new List<double>();
        int[] lanes = [1, 2, 4, 8, 16, 32, 64, 128];
        var batches = lanes.ToDictionary(count => count, _ => new List<double>());
        var ragged = new List<double>();
        reporter.Say($"packing done; {Reporter.Counted(rounds, "round")}");
        var speed = Rate(engine, BenchWorkload.Equal(1, 8));
        for (var round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            reads.Add(MachinePeak.ReadGigabytesPerSecond((long)Bytes, engine.Threads));
            single.Add(Rate(engine, BenchWorkload.Equal(1, Length(speed))));
            peaks.Add(MachinePeak.FmaGflops(engine.Threads, engine.InstructionSet));
            foreach (var count in lanes)
            {
                var expected = Math.Min(0.7 * peaks[^1] * 1e9 / Flop, count * speed);
                batches[count]
                    .Add(Rate(engine, BenchWorkload.Equal(count, Length(expected / count))));
            }

            var proteome = BenchWorkload.Proteome(
                round,
                (long)(1.5 * SecondsPerRound * 0.7 * peaks[^1] * 1e9 / Flop)
            );
            ragged.Add(Rate(engine, proteome));
            peaks.Add(MachinePeak.FmaGflops(engine.Threads, engine.InstructionSet));
            reporter.Say($"round {round + 1} of {rounds}");
        }

        var peak = Median(peaks);
        var read = Median(reads);
        return new BenchFigures(
            $"unirep {ProgramVersion.Text}",
            DateTime.UtcNow,
            machine,
            peak,
            read,
            units,
            layers,
            engine.Threads,
            SharedOptions.NameOf(precision),
            InstructionSetModule.name(engine.InstructionSet) + (engine.IsEmitted ? "-VNNI" : ""),
            new BenchSingle(Median(single), Median(single) * Bytes * 1e-9 / read),
            [
                .. lanes.Select(count =>
                {
                    var rate = Median(batches[count]);
                    return new BenchBatch(
                        count,
                        rate,
                        rate * Flop * 1e-9,
                        rate * Flop * 1e-9 / peak
                    );
                }),
            ],
            new BenchRagged(Median(ragged), Median(ragged) * Flop * 1e-9 / peak),
            compare ? Compare(arrays, engine, reporter) : null
        );
    }

    private BenchComparison Compare(MlstmArrays arrays, MlstmEngine engine, Reporter reporter)
    {
        var contenders = BenchPeers.Start(arrays, precision, engine.Threads, cancellation);
        try
        {
            return new BenchCompare(
                contenders,
                () => MachinePeak.FmaGflops(engine.Threads, engine.InstructionSet),
                Flop
            ).Run(rounds, reporter, cancellation);
        }
        finally
        {
            contenders.ForEach(contender => contender.Dispose());
        }
    }

    /// <summary>A length that takes about a round at some speed.</summary>
    private static int Length(double residuesPerSecond) =>
        (int)Math.Clamp(residuesPerSecond * SecondsPerRound / 2, 8, 2_000_000);

    private static double Median(List<double> values) => BenchSpread.Of(values).Median;

    private double Rate(MlstmEngine engine, byte[][] sequences)
    {
        var watch = Stopwatch.StartNew();
        engine.Run(
            new BenchWorkload.Source(sequences),
            new BenchWorkload.Sink(),
            cancellation: cancellation
        );
        return sequences.Sum(sequence => sequence.Length + 1.0) / watch.Elapsed.TotalSeconds;
    }
}
