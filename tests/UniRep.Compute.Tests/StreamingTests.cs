namespace UniRep.Compute.Tests;

/// <summary>Results come as soon as they can, and the engine reads and computes no more than that needs.</summary>
public class StreamingTests
{
    private static readonly MlstmArrays Arrays = Waves.Arrays(20, 2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_first_result_comes_while_the_source_has_most_of_its_sequences()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 1 });
        var source = new CountingSource(5_000);
        var asked = new List<int>();
        Run(engine, source, new ActingSink(_ => asked.Add(source.Asked)));
        Assert.Equal(5_000, asked.Count);
        Assert.InRange(asked[0], 1, 100);
        Assert.InRange(asked[100], 100, 500);
    }

    [Fact]
    public void A_cancelled_run_reads_no_more()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 1 });
        using var cancellation = new CancellationTokenSource();
        var source = new CountingSource(int.MaxValue);
        var results = 0;
        var sink = new ActingSink(_ =>
        {
            results++;
            cancellation.Cancel();
        });
        using var run = engine.Begin(source, sink, cancellation: cancellation.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => run.Advance());
        Assert.Equal(1, results);
        Assert.InRange(source.Asked, 1, 100);
        // Sequences of 50 residues: those that were begun, not those that were read.
        Assert.InRange(run.Positions, 51, 40 * 51);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public void A_source_that_waits_for_each_result_gets_it(int threads, int lanes)
    {
        var options = new EngineOptions { Threads = threads, Lanes = lanes };
        using var engine = MlstmEngine.Create(Arrays, options);
        using var delivered = new SemaphoreSlim(0);
        IEnumerable<byte[]> Waiting()
        {
            for (var seed = 0; seed < 6; seed++)
            {
                yield return Waves.Tokens(20 + seed, seed);
                Assert.True(delivered.Wait(Patience), $"result {seed} did not come");
            }
        }

        var results = new List<long>();
        Run(
            engine,
            new Runs.Source(Waiting().GetEnumerator()),
            new ActingSink(index =>
            {
                results.Add(index);
                delivered.Release();
            })
        );
        Assert.Equal([0L, 1, 2, 3, 4, 5], results);
    }

    [Fact]
    public async Task A_run_ends_although_its_source_waits()
    {
        using var engine = MlstmEngine.Create(Arrays);
        using var cancellation = new CancellationTokenSource();
        using var never = new ManualResetEventSlim();
        var sink = new ActingSink(_ => cancellation.Cancel());
        IEnumerable<byte[]> Blocking()
        {
            yield return Waves.Tokens(5, 1);
            never.Wait();
        }

        var run = Task.Run(
            () =>
                engine.Run(
                    new Runs.Source(Blocking().GetEnumerator()),
                    sink,
                    Outputs.Vectors,
                    null,
                    cancellation.Token
                ),
            TestContext.Current.CancellationToken
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            run.WaitAsync(Patience, TestContext.Current.CancellationToken)
        );
        never.Set();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_run_that_pauses_gives_the_same_bits(int threads)
    {
        var sequences = Enumerable
            .Range(0, 150)
            .Select(seed => Waves.Tokens(10 + seed * 7 % 60, seed % 100))
            .ToArray();
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = threads });
        var expected = Runs.Run(engine, sequences);
        var sink = new PausingSink();
        var pauses = 0;
        using (
            var run = engine.Begin(
                new Runs.Source(sequences.AsEnumerable().GetEnumerator()),
                sink,
                cancellation: TestContext.Current.CancellationToken
            )
        )
        {
            while (!run.Advance())
            {
                pauses++;
                sink.Empty();
            }
        }

        Assert.InRange(pauses, 150 / 4 - 1, 150);
        Runs.AssertSameBits(expected, sink.Results.Results);
    }

    [Fact]
    public void A_sink_that_is_full_for_a_moment_pauses_every_group()
    {
        // A group must not continue and wait for the lanes of another group that has paused.
        var sequences = Enumerable
            .Range(0, 400)
            .Select(seed => Waves.Tokens(10 + seed * 7 % 60, seed % 100))
            .ToArray();
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 3 });
        var sink = new MomentarySink();
        using var run = engine.Begin(
            new Runs.Source(sequences.AsEnumerable().GetEnumerator()),
            sink,
            cancellation: TestContext.Current.CancellationToken
        );
        while (!run.Advance()) { }

        Runs.AssertSameBits(Runs.Run(engine, sequences), sink.Results.Results);
    }

    [Fact]
    public void A_full_sink_gets_nothing_and_the_source_is_not_read()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 1 });
        var source = new CountingSource(int.MaxValue);
        var sink = new PausingSink();
        using var run = engine.Begin(
            source,
            sink,
            cancellation: TestContext.Current.CancellationToken
        );
        for (var again = 0; again < 100; again++)
        {
            Assert.False(run.Advance());
        }

        Assert.Equal(4, sink.Results.Results.Count);
        Assert.InRange(source.Asked, 4, 150);
    }

    [Fact]
    public void Run_refuses_a_full_sink()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 1 });
        var sink = new PausingSink();
        var error = Assert.Throws<InvalidOperationException>(() =>
            Run(engine, new CountingSource(100), sink)
        );
        Assert.Equal(
            "The sink is full. For a sink that can be full, use Begin and Advance instead of Run.",
            error.Message
        );
        Assert.Equal(4, sink.Results.Results.Count);
        // The engine can be used again.
        Assert.Equal(
            2,
            Runs.Run(
                engine,
                [
                    [1],
                    [2],
                ]
            ).Count
        );
    }

    [Fact]
    public void A_run_counts_the_positions_that_it_has_computed()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 1 });
        var sink = new PausingSink();
        using var run = engine.Begin(
            new CountingSource(8),
            sink,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal(0, run.Positions);
        Assert.False(run.Advance());
        Assert.InRange(run.Positions, 4 * 51, 8 * 51);
        sink.Empty();
        Assert.False(run.Advance());
        Assert.Equal(8 * 51, run.Positions);
    }

    [Fact]
    public void An_ended_run_is_not_advanced()
    {
        using var engine = MlstmEngine.Create(Arrays);
        var run = engine.Begin(
            new CountingSource(3),
            new ActingSink(_ => { }),
            cancellation: TestContext.Current.CancellationToken
        );
        run.Dispose();
        run.Dispose();
        Assert.Throws<ObjectDisposedException>(() => run.Advance());
    }

    private static void Run(MlstmEngine engine, ISequenceSource source, ISequenceSink sink) =>
        engine.Run(source, sink, Outputs.Vectors, null, TestContext.Current.CancellationToken);

    /// <summary>Gives sequences of 50 residues, and counts the calls.</summary>
    private sealed class CountingSource(int count) : ISequenceSource
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public bool TryRead(out ReadOnlyMemory<byte> tokens)
        {
            tokens = Waves.Tokens(50, _asked % 1_000);
            return Interlocked.Increment(ref _asked) <= count;
        }
    }

    private sealed class ActingSink(Action<long> act) : ISequenceSink
    {
        public void Write(in SequenceOutput output) => act(output.Index);
    }

    /// <summary>Is full at every third call.</summary>
    private sealed class MomentarySink : ISequenceSink
    {
        private int _asked;

        public Runs.KeepingSink Results { get; } = new();

        public bool IsFull => ++_asked % 3 == 0;

        public void Write(in SequenceOutput output) => Results.Write(output);
    }

    /// <summary>Is full with four results, until it is emptied.</summary>
    private sealed class PausingSink : ISequenceSink
    {
        private int _taken;

        public Runs.KeepingSink Results { get; } = new();

        public bool IsFull => Results.Results.Count - _taken >= 4;

        public void Empty() => _taken = Results.Results.Count;

        public void Write(in SequenceOutput output) => Results.Write(output);
    }
}
