using System.Diagnostics;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>What `unirep bench --device cuda` measures.</summary>
/// <param name="Program">The program's name and version.</param>
/// <param name="Measured">When.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Gpu">The device.</param>
/// <param name="Units">The units of a layer.</param>
/// <param name="Layers">The layers.</param>
/// <param name="Precision">The numbers of the matrix products.</param>
/// <param name="OneProteinMilliseconds">The time of one protein of 300 residues, from its tokens to its vectors.</param>
/// <param name="DeviceBytes">The memory of the device that weights and the largest batch take.</param>
/// <param name="DeviceBytesAtEnd">The same after all batches.</param>
/// <param name="Batches">The batches that were computed.</param>
/// <param name="Loads">The rates at each load.</param>
internal sealed record BenchGpuFigures(
    string Program,
    DateTime Measured,
    BenchMachine Machine,
    DoctorGpu Gpu,
    int Units,
    int Layers,
    string Precision,
    BenchSpread OneProteinMilliseconds,
    long DeviceBytes,
    long DeviceBytesAtEnd,
    int Batches,
    IReadOnlyList<BenchGpuLoad> Loads
);

/// <summary>Residues per second at one load.</summary>
/// <param name="Load">The load.</param>
/// <param name="ResiduesPerSecond">The rate.</param>
/// <param name="Teraflops">
/// The operations that the definition of the model asks for, in TFLOP/s: the same for a rate in every precision.
/// </param>
/// <param name="ShareOfNominalPeak">
/// The operations that are made, three for one in exact, over the nominal peak of the device; null where that is not known.
/// What fills tiles up does not count.
/// </param>
internal sealed record BenchGpuLoad(
    string Load,
    BenchSpread ResiduesPerSecond,
    double Teraflops,
    double? ShareOfNominalPeak
);

/// <summary>Measures the engine on an NVIDIA GPU. Weights and sequences come from a seed.</summary>
internal sealed class BenchGpu(
    int units,
    int layers,
    BackendChoice choice,
    int rounds,
    CancellationToken cancellation
)
{
    private const double SecondsPerRound = 0.6;
    private const int LengthOfOne = 300;
    private const int RepeatsOfOne = 200;
    private const long MostResidues = 50_000_000;

    /// <summary>The products of bfloat16 that one product in exact precision takes.</summary>
    private const int ProductsOfExact = 3;
    private static readonly int[] Counts = [1, 8, 32, 128, 1024];
    private int _batches;

    public BenchGpuFigures Run(Reporter reporter)
    {
        var before = Device();
        var runner = Load();
        try
        {
            var one = BenchWorkload.Equal(1, LengthOfOne);
            Rate(runner, one);
            var largest = BenchWorkload.Equal(Counts[^1], 64);
            var taken = Taken(runner, largest, before);
            var speeds = Counts.ToDictionary(
                count => count,
                count => Rate(runner, BenchWorkload.Equal(count, LengthOfOne))
            );
            var rates = Counts.ToDictionary(count => count, _ => new List<double>());
            var (times, ragged) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                cancellation.ThrowIfCancellationRequested();
                times.Add(TimeOfOne(runner, one));
                foreach (var count in Counts)
                {
                    var residues = Math.Min(speeds[count] * SecondsPerRound, MostResidues);
                    var length = (int)Math.Clamp(residues / count, 8, 2_000_000);
                    var rate = Rate(runner, BenchWorkload.Equal(count, length));
                    rates[count].Add(speeds[count] = rate);
                }

                var wanted = (long)Math.Min(speeds[Counts[^1]] * SecondsPerRound, MostResidues);
                ragged.Add(Rate(runner, BenchWorkload.Proteome(round, wanted, Counts[^1])));
                reporter.Say($"round {round + 1} of {rounds}");
            }

            return new BenchGpuFigures(
                $"unirep {ProgramVersion.Text}",
                DateTime.UtcNow,
                BenchMachine.Describe(),
                DoctorGpu.Of(before),
                units,
                layers,
                choice.Precision!,
                BenchSpread.Of(times),
                taken,
                Taken(runner, largest, before),
                _batches,
                [
                    .. Counts.Select(count => Row(BenchTable.Equal(count), rates[count], before)),
                    Row(BenchTable.Ragged, ragged, before),
                ]
            );
        }
        finally
        {
            runner.Close.Invoke(null!);
        }
    }

    /// <summary>Operations per residue, whatever a precision makes of one product.</summary>
    private double Flop => 2.0 * 5 * units * units * (2 * layers - 1);

    /// <summary>Products of bfloat16 for each of the model.</summary>
    private int Products => choice.Precision == SharedOptions.Exact ? ProductsOfExact : 1;

    private CudaDevice Device() =>
        CudaDevices.Find().All.FirstOrDefault(device => $"cuda:{device.Index}" == choice.Place)
        ?? throw new CommandFailedException(
            ExitCode.Environment,
            $"{choice.Place}: {CudaDevices.Find().Missing ?? "there is no such device"} (`unirep doctor` shows what was found)"
        );

    private Runner Load()
    {
        var card = new WeightCard("bench", "1", "unknown", "random numbers");
        var weights = WeightsModule.ofArrays(card, BenchWorkload.Arrays(units, layers));
        var runner = choice.Make(0).Infer.Invoke(weights);
        return runner.IsOk
            ? runner.ResultValue
            : throw new CommandFailedException(ExitCode.Environment, runner.ErrorValue.Message);
    }

    private BenchGpuLoad Row(string load, List<double> rates, CudaDevice device)
    {
        var spread = BenchSpread.Of(rates);
        var flops = spread.Median * Flop;
        return new BenchGpuLoad(load, spread, flops * 1e-12, flops * Products / device.NominalPeak);
    }

    /// <summary>The memory of the device that is taken while a batch is computed.</summary>
    private long Taken(Runner runner, byte[][] batch, CudaDevice before)
    {
        var taken = 0L;
        Compute(runner, batch, () => taken = before.FreeBytes - Device().FreeBytes);
        return taken;
    }

    private double TimeOfOne(Runner runner, byte[][] one)
    {
        var watch = Stopwatch.StartNew();
        for (var repeat = 0; repeat < RepeatsOfOne; repeat++)
        {
            Compute(runner, one, null);
        }

        return watch.Elapsed.TotalMilliseconds / RepeatsOfOne;
    }

    private double Rate(Runner runner, byte[][] sequences)
    {
        var watch = Stopwatch.StartNew();
        Compute(runner, sequences, null);
        return sequences.Sum(sequence => sequence.Length + 1.0) / watch.Elapsed.TotalSeconds;
    }

    private void Compute(Runner runner, byte[][] sequences, Action? onFirst)
    {
        _batches++;
        var run = runner
            .Begin.Invoke(new BenchWorkload.Source(sequences))
            .Invoke(new Sink(onFirst))
            .Invoke(Outputs.Vectors)
            .Invoke(RunOptionsModule.cancelledBy(cancellation));
        try
        {
            run.Advance.Invoke(null!);
        }
        finally
        {
            run.Close.Invoke(null!);
        }
    }

    /// <summary>Does something at the first result, while the run holds its memory.</summary>
    private sealed class Sink(Action? onFirst) : ISequenceSink
    {
        public void Write(in SequenceOutput output)
        {
            if (output.Index == 0)
            {
                onFirst?.Invoke();
            }
        }
    }
}
