using System.Diagnostics;
using UniRep.Cli.Commands.Doctor;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>Measures the engine on an NVIDIA GPU. Weights and sequences come from a seed.</summary>
internal sealed class BenchGpu(
    int units,
    int layers,
    BackendChoice choice,
    int rounds,
    byte[][]? proteins,
    CancellationToken cancellation
)
{
    private const string Backend = "cuda";
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
        try
        {
            using var engine = CudaEngine.Create(
                BenchWorkload.Arrays(units, layers),
                choice.OptionsOfCuda
            );
            return Run(engine, before, reporter);
        }
        catch (CudaUnavailableException error)
        {
            throw Failed(BackendError.NewUnavailable(Backend, error.Message));
        }
        catch (CudaException error)
        {
            throw Failed(
                error.IsOutOfMemory
                    ? BackendError.NewOutOfMemory(Backend, $"this model on {choice}", error.Message)
                    : BackendError.NewUnavailable(Backend, error.Message)
            );
        }
    }

    private static CommandFailedException Failed(BackendError error) =>
        new(ExitCode.Environment, error.Message);

    private BenchGpuFigures Run(CudaEngine engine, CudaDevice before, Reporter reporter)
    {
        var one = BenchWorkload.Equal(1, LengthOfOne);
        Compute(engine, one);
        var largest = BenchWorkload.Equal(Counts[^1], 64);
        var taken = Taken(engine, largest, before);
        var speeds = Counts.ToDictionary(
            count => count,
            count => Compute(engine, BenchWorkload.Equal(count, LengthOfOne)).Rate
        );
        var paces = Counts.ToDictionary(count => count, _ => new List<Pace>());
        List<Pace> singles = [];
        List<Pace> ragged = [];
        List<Pace> ofFile = [];
        for (var round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            singles.Add(MeanOfOne(engine, one));
            foreach (var count in Counts)
            {
                var residues = Math.Min(speeds[count] * SecondsPerRound, MostResidues);
                var length = (int)Math.Clamp(residues / count, 8, 2_000_000);
                var pace = Compute(engine, BenchWorkload.Equal(count, length));
                paces[count].Add(pace);
                speeds[count] = pace.Rate;
            }

            var wanted = (long)Math.Min(speeds[Counts[^1]] * SecondsPerRound, MostResidues);
            ragged.Add(Compute(engine, BenchWorkload.Proteome(round, wanted, Counts[^1])));
            if (proteins is not null)
            {
                ofFile.Add(Compute(engine, proteins));
            }

            reporter.Say($"round {round + 1} of {rounds}");
        }

        var takenAtEnd = Taken(engine, largest, before);
        var training = BenchGpuTraining.Measure(
            BenchWorkload.Arrays(units, layers),
            choice.OptionsOfCuda,
            rounds,
            Flop,
            cancellation
        );
        // The last of all: a kernel that fails spoils the device for this process.
        var peak = engine.MeasurePeak();
        return new BenchGpuFigures(
            $"unirep {ProgramVersion.Text}",
            DateTime.UtcNow,
            BenchMachine.Describe(),
            DoctorGpu.Of(before),
            units,
            layers,
            choice.Precision!,
            Spread(singles, pace => pace.Time.TotalMilliseconds),
            Spread(singles, pace => pace.DeviceTime.TotalMilliseconds),
            proteins is null
                ? null
                : new BenchGpuFile(
                    proteins.Length,
                    proteins.Sum(protein => (long)protein.Length),
                    Spread(ofFile, pace => pace.Time.TotalSeconds),
                    Spread(ofFile, pace => pace.DeviceTime.TotalSeconds)
                ),
            taken,
            takenAtEnd,
            _batches,
            BenchGpuPeak.Of(peak),
            [
                .. Counts.Select(count => Row(BenchTable.Equal(count), paces[count], before, peak)),
                Row(BenchTable.Ragged, ragged, before, peak),
            ],
            training
        );
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

    private static BenchSpread Spread(List<Pace> paces, Func<Pace, double> of) =>
        BenchSpread.Of([.. paces.Select(of)]);

    private BenchGpuLoad Row(string load, List<Pace> paces, CudaDevice device, CudaPeak peak)
    {
        var spread = Spread(paces, pace => pace.Rate);
        var flops = spread.Median * Flop;
        return new BenchGpuLoad(
            load,
            spread,
            Spread(paces, pace => pace.DeviceRate),
            flops * 1e-12,
            flops * Products / device.NominalPeak,
            flops * Products / peak.Median
        );
    }

    /// <summary>The memory of the device that is taken while a batch is computed.</summary>
    private long Taken(CudaEngine engine, byte[][] batch, CudaDevice before)
    {
        var taken = 0L;
        Compute(engine, batch, () => taken = before.FreeBytes - Device().FreeBytes);
        return taken;
    }

    private Pace MeanOfOne(CudaEngine engine, byte[][] one)
    {
        var watch = Stopwatch.StartNew();
        var deviceTime = TimeSpan.Zero;
        for (var repeat = 0; repeat < RepeatsOfOne; repeat++)
        {
            deviceTime += Compute(engine, one).DeviceTime;
        }

        return new Pace(LengthOfOne, watch.Elapsed / RepeatsOfOne, deviceTime / RepeatsOfOne);
    }

    private Pace Compute(CudaEngine engine, byte[][] sequences, Action? onFirst = null)
    {
        _batches++;
        var watch = Stopwatch.StartNew();
        using var run = engine.Begin(
            new BenchWorkload.Source(sequences),
            new Sink(onFirst),
            cancellation: cancellation
        );
        run.Advance();
        var positions = sequences.Sum(sequence => sequence.Length + 1.0);
        return new Pace(positions, watch.Elapsed, run.DeviceTime);
    }

    /// <summary>What a run took: on the clock of the machine, and of that the time in which the device had work.</summary>
    private readonly record struct Pace(double Positions, TimeSpan Time, TimeSpan DeviceTime)
    {
        public double Rate => Positions / Time.TotalSeconds;

        public double DeviceRate => Positions / DeviceTime.TotalSeconds;
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
