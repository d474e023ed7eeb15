using System.Diagnostics;
using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares a continuous run, which clients send one sequence after another to, with a run over the same sequences. Rounds
/// alternate, because the speed of a machine can drift.
/// </summary>
internal static class ContinuousThroughput
{
    private const int SmallOnes = 200;
    private const int LongResidues = 35_000;

    public static async Task Print(int units, int layers, int sequences, int rounds, int threads)
    {
        using var engine = MlstmEngine.Create(
            RandomModel.Arrays(units, layers),
            new EngineOptions { Threads = threads }
        );
        var input = Workload.Proteome(sequences);
        var residues = input.Sum(tokens => (double)tokens.Length);
        Console.WriteLine($"{units} x {layers}, {engine.Threads} threads, {residues:N0} residues");
        foreach (var clients in new[] { 1, 4, 16, 64, 256 })
        {
            var part = clients < 64 ? input[..(sequences / 8)] : input;
            var amount = part.Sum(tokens => (double)tokens.Length);
            var (ratios, work) = (new List<double>(), new List<double>());
            var (batch, continuous) = (0.0, 0.0);
            for (var round = 0; round < rounds; round++)
            {
                var (batchTime, batchWork) = await TimesOf(() =>
                {
                    engine.Run(new ArraySource(part), new ChecksumSink());
                    return Task.CompletedTask;
                });
                await using var run = engine.BeginContinuous();
                var (time, ownWork) = await TimesOf(() => Send(run, part, clients));
                ratios.Add(batchTime / time);
                work.Add(batchWork / ownWork);
                batch = Math.Max(batch, amount / batchTime);
                continuous = Math.Max(continuous, amount / time);
            }

            Console.WriteLine(
                $"{clients, 4} clients: {continuous, 9:N0} residues/s, batch {batch, 9:N0}; ratio "
                    + $"{Quantile(ratios, 0.5):P0} ({ratios[0]:P0} to {ratios[^1]:P0}), of residues per second of "
                    + $"processor time {Quantile(work, 0.5):P0} ({work[0]:P0} to {work[^1]:P0})"
            );
        }

        await PrintLatencies(engine, rounds);
    }

    /// <summary>Each client sends its next sequence when it has the result of the last one.</summary>
    private static Task Send(ContinuousRun run, byte[][] input, int clients)
    {
        var next = -1;
        async Task Client(string name)
        {
            while (Interlocked.Increment(ref next) is var at && at < input.Length)
            {
                await Join(run, input[at], name);
            }
        }

        return Task.WhenAll(
            Enumerable.Range(0, clients).Select(number => Task.Run(() => Client($"{number}")))
        );
    }

    /// <summary>Measures small sequences with and without a long one beside them, for several ways in which they come.</summary>
    private static async Task PrintLatencies(MlstmEngine engine, int rounds)
    {
        var small = Workload.Proteome(SmallOnes, 150);
        foreach (var clients in new[] { 1, 16, 200 })
        {
            var (alone, beside) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                alone.AddRange(await Latencies(engine, small, clients, false));
                beside.AddRange(await Latencies(engine, small, clients, true));
            }

            Console.WriteLine(
                $"{SmallOnes} small ones from {clients, 3} clients: p50 {Quantile(alone, 0.5):N1} ms, p99 "
                    + $"{Quantile(alone, 0.99):N1} ms; beside {LongResidues:N0} residues: p50 "
                    + $"{Quantile(beside, 0.5):N1} ms, p99 {Quantile(beside, 0.99):N1} ms"
            );
        }
    }

    private static async Task<double[]> Latencies(
        MlstmEngine engine,
        byte[][] small,
        int clients,
        bool withLong
    )
    {
        await using var run = engine.BeginContinuous();
        using var cancellation = new CancellationTokenSource();
        var longOne = withLong
            ? Join(run, Workload.Equal(1, LongResidues)[0], "long", cancellation.Token)
            : Task.CompletedTask;
        var times = new double[small.Length];
        var next = -1;
        async Task Client(string name)
        {
            while (Interlocked.Increment(ref next) is var at && at < small.Length)
            {
                var start = Stopwatch.GetTimestamp();
                await Join(run, small[at], name);
                times[at] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        await Task.WhenAll(
            Enumerable.Range(0, clients).Select(number => Task.Run(() => Client($"{number}")))
        );
        await cancellation.CancelAsync();
        await longOne.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return times;
    }

    private static Task Join(
        ContinuousRun run,
        byte[] tokens,
        string client,
        CancellationToken cancellation = default
    )
    {
        var receiver = new Receiver();
        return run.TryJoin(
            [new SequenceRequest(tokens, Outputs.Vectors, receiver, cancellation)],
            client,
            out var refusal
        )
            ? receiver.Task
            : throw new InvalidOperationException($"{refusal}");
    }

    /// <summary>Gives the seconds that an action takes, and the seconds of processor time.</summary>
    private static async Task<(double Time, double Work)> TimesOf(Func<Task> action)
    {
        var work = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await action();
        var time = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (time, (Environment.CpuUsage.TotalTime - work).TotalSeconds);
    }

    private static double Quantile(List<double> values, double part)
    {
        values.Sort();
        return values[(int)Math.Min(values.Count - 1, part * values.Count)];
    }

    private sealed class Receiver : TaskCompletionSource, ISequenceReceiver
    {
        public Receiver()
            : base(TaskCreationOptions.RunContinuationsAsynchronously) { }

        public void Complete(in SequenceOutput output) => SetResult();

        public void Fail(Exception exception) => SetException(exception);

        public void Cancel() => SetCanceled();
    }
}
