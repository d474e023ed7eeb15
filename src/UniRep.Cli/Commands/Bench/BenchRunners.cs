using System.Diagnostics;
using Microsoft.FSharp.Core;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>What the engine and libtorch have in common: sequences in, vectors out, in this process.</summary>
internal abstract class BenchRunner : IBenchContender
{
    private readonly Dictionary<int, double> _speeds = [];
    private bool _hasTrained;

    public abstract string Name { get; }
    public abstract string Library { get; }
    public abstract string MixedLengths { get; }

    /// <summary>Computes sequences and gives the number of positions that it has computed.</summary>
    protected abstract double Compute(byte[][] sequences);

    /// <summary>Gets what trains, or null.</summary>
    protected abstract ITrainer? Trainer { get; }

    public double? Rate(byte[][] sequences)
    {
        var watch = Stopwatch.StartNew();
        var positions = Compute(sequences);
        var rate = positions / watch.Elapsed.TotalSeconds;
        Rest();
        return rate;
    }

    public double EqualRate(int lanes, double seconds)
    {
        if (!_speeds.TryGetValue(lanes, out var speed))
        {
            // The first run makes code and buffers ready, the second shows how much work lasts long enough.
            Compute(BenchWorkload.Equal(lanes, 8));
            speed = Rate(BenchWorkload.Equal(lanes, 16))!.Value;
        }

        var length = (int)Math.Clamp(speed * seconds / lanes, 8, 2_000_000);
        return _speeds[lanes] = Rate(BenchWorkload.Equal(lanes, length))!.Value;
    }

    public double? TrainingRate(ReadOnlyMemory<byte>[] batch)
    {
        if (Trainer is null)
        {
            return null;
        }

        if (!_hasTrained)
        {
            _hasTrained = true;
            Trainer.Gradient([batch[0][..8]]);
        }

        var watch = Stopwatch.StartNew();
        var loss = Trainer.Gradient(batch);
        Trainer.Update(new AdamStep { Rate = 1e-4, MaximalNorm = 1 });
        var rate = loss.Tokens / watch.Elapsed.TotalSeconds;
        Rest();
        return rate;
    }

    public abstract void Dispose();

    /// <summary>Waits until threads that spin for more work have gone to sleep, if there are any.</summary>
    protected abstract void Rest();
}

/// <summary>This program's engine.</summary>
internal sealed class BenchEngine(
    MlstmArrays arrays,
    Precision precision,
    int threads,
    bool trains,
    CancellationToken cancellation
) : BenchRunner
{
    private readonly MlstmEngine _engine = MlstmEngine.Create(
        arrays,
        new EngineOptions { Threads = threads, Precision = precision }
    );

    public override string Name => $"engine {SharedOptions.NameOf(precision)}";
    public override string Library => $"unirep {ProgramVersion.Text}";
    public override string MixedLengths =>
        "the next sequence takes the place of one that has ended";

    protected override ITrainer? Trainer { get; } =
        trains ? MlstmTrainer.Create(arrays, new TrainerOptions { Threads = threads }) : null;

    protected override double Compute(byte[][] sequences)
    {
        using var run = _engine.Begin(
            new BenchWorkload.Source(sequences),
            new BenchWorkload.Sink(),
            cancellation: cancellation
        );
        run.Advance();
        // Common beginnings, which random sequences have too, are computed once and counted once.
        return run.Positions;
    }

    public override void Dispose()
    {
        Trainer?.Dispose();
        _engine.Dispose();
    }

    protected override void Rest() { }
}

/// <summary>libtorch in this process: the backend of UniRep.Torch.</summary>
internal sealed class BenchLibtorch : BenchRunner
{
    /// <summary>The longest time that the OpenMP libraries of libtorch spin after a product is 0.2 seconds.</summary>
    private static readonly TimeSpan SpinTime = TimeSpan.FromMilliseconds(250);

    private readonly Runner _runner;
    private readonly CancellationToken _cancellation;

    private BenchLibtorch(Runner runner, ITrainer? trainer, CancellationToken cancellation) =>
        (_runner, Trainer, _cancellation) = (runner, trainer, cancellation);

    public override string Name => $"libtorch {_runner.Precision}";
    public override string Library => $"libtorch {Torch.libtorchVersion}";

    public override string MixedLengths =>
        "UniRep.Torch sorts up to eight batches of 128 by length; a sequence that has ended leaves its batch";

    protected override ITrainer? Trainer { get; }

    /// <summary>Makes the model ready, or says why libtorch cannot.</summary>
    public static FSharpResult<BenchLibtorch, BackendError> Start(
        MlstmArrays arrays,
        string precision,
        int threads,
        bool trains,
        CancellationToken cancellation
    )
    {
        var card = new WeightCard("bench", "1", "unknown", "random numbers");
        var backend = new BackendChoice("torch:cpu", precision).Make(threads);
        var runner = backend.Infer.Invoke(WeightsModule.ofArrays(card, arrays));
        if (runner.IsError)
        {
            return FSharpResult<BenchLibtorch, BackendError>.NewError(runner.ErrorValue);
        }

        if (!trains)
        {
            return FSharpResult<BenchLibtorch, BackendError>.NewOk(
                new BenchLibtorch(runner.ResultValue, null, cancellation)
            );
        }

        var trainer = backend
            .Train!.Value.Invoke(new TrainerOptions { Threads = threads })
            .Invoke(TrainerState.Start(arrays));
        if (trainer.IsError)
        {
            runner.ResultValue.Close.Invoke(null!);
            return FSharpResult<BenchLibtorch, BackendError>.NewError(trainer.ErrorValue);
        }

        return FSharpResult<BenchLibtorch, BackendError>.NewOk(
            new BenchLibtorch(runner.ResultValue, trainer.ResultValue, cancellation)
        );
    }

    protected override double Compute(byte[][] sequences)
    {
        var run = _runner
            .Begin.Invoke(new BenchWorkload.Source(sequences))
            .Invoke(new BenchWorkload.Sink())
            .Invoke(Outputs.Vectors)
            .Invoke(RunOptionsModule.cancelledBy(_cancellation));
        try
        {
            run.Advance.Invoke(null!);
        }
        finally
        {
            run.Close.Invoke(null!);
        }

        return sequences.Sum(sequence => sequence.Length + 1.0);
    }

    public override void Dispose()
    {
        Trainer?.Dispose();
        _runner.Close.Invoke(null!);
    }

    protected override void Rest() => Thread.Sleep(SpinTime);
}
