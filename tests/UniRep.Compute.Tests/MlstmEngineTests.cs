namespace UniRep.Compute.Tests;

public class MlstmEngineTests
{
    private static readonly MlstmArrays Arrays = Waves.Arrays(5, 2);

    private static IEnumerable<byte[]> Endless()
    {
        for (var seed = 0; ; seed++)
        {
            yield return Waves.Tokens(50, seed % 100);
        }
    }

    [Fact]
    public void No_sequences_give_no_results()
    {
        using var engine = MlstmEngine.Create(Arrays);
        Assert.Empty(Runs.Run(engine, []));
    }

    [Fact]
    public void Results_of_many_tiny_sequences_come_in_order()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { ChunkBytes = 20_000 });
        var results = Runs.Run(
            engine,
            Enumerable.Range(0, 20_000).Select(index => Waves.Tokens(index % 4, index % 11))
        );
        Assert.Equal(
            Enumerable.Range(0, 20_000).Select(index => (long)index),
            results.Select(result => result.Index)
        );
    }

    [Fact]
    public void An_exception_of_the_source_is_thrown_unchanged()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { ChunkBytes = 1 });
        IEnumerable<byte[]> Failing()
        {
            yield return Waves.Tokens(5, 1);
            yield return Waves.Tokens(5, 2);
            yield return Waves.Tokens(5, 3);
            throw new InvalidTimeZoneException("the source broke");
        }

        Assert.Throws<InvalidTimeZoneException>(() => Runs.Run(engine, Failing()));
    }

    [Fact]
    public void An_exception_of_the_sink_is_thrown_unchanged()
    {
        using var engine = MlstmEngine.Create(Arrays);
        Assert.Throws<InvalidTimeZoneException>(() =>
            engine.Run(
                new Runs.Source(Endless().GetEnumerator()),
                new FailingSink(),
                Outputs.Vectors,
                null,
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task A_cancelled_run_ends()
    {
        using var engine = MlstmEngine.Create(Arrays);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var run = Task.Run(
            () =>
                engine.Run(
                    new Runs.Source(Endless().GetEnumerator()),
                    new ForgetfulSink(),
                    Outputs.Vectors,
                    null,
                    cancellation.Token
                ),
            TestContext.Current.CancellationToken
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            run.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void A_token_beyond_the_alphabet_is_refused()
    {
        using var engine = MlstmEngine.Create(Arrays);
        var error = Assert.Throws<ArgumentException>(() =>
            Runs.Run(
                engine,
                [
                    [1, 2],
                    [26],
                ]
            )
        );
        Assert.Contains("Sequence 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_array_of_the_wrong_size_is_named()
    {
        var broken = Arrays with { HeadB = new float[24] };
        var error = Assert.Throws<ArgumentException>(() => MlstmEngine.Create(broken));
        Assert.Contains(
            "head.b has 24 elements; 25 expected",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Progress_ends_at_the_number_of_residues()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 1 });
        var progress = new LastProgress();
        engine.Run(
            new Runs.Source(
                Enumerable
                    .Range(1, 20)
                    .Select(length => Waves.Tokens(length, length))
                    .GetEnumerator()
            ),
            new ForgetfulSink(),
            Outputs.Vectors,
            progress,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(210, progress.Value);
    }

    [Fact]
    public void Progress_counts_every_copy_of_a_sequence()
    {
        using var engine = MlstmEngine.Create(Arrays);
        var progress = new LastProgress();
        engine.Run(
            new Runs.Source(Enumerable.Repeat(Waves.Tokens(7, 1), 30).GetEnumerator()),
            new ForgetfulSink(),
            Outputs.Vectors,
            progress,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(210, progress.Value);
    }

    [Fact]
    public void No_more_is_read_ahead_than_a_few_chunks()
    {
        // Three vectors of 5 take 60 bytes, so that three chunks hold at most 1,000.
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { ChunkBytes = 20_000 });
        var (read, written, farthest) = (0, 0, 0);
        IEnumerable<byte[]> Counted()
        {
            for (; read < 5_000; read++)
            {
                farthest = Math.Max(farthest, read - Volatile.Read(ref written));
                yield return Waves.Tokens(20, read);
            }
        }

        engine.Run(
            new Runs.Source(Counted().GetEnumerator()),
            new ActingSink(() => Interlocked.Increment(ref written)),
            Outputs.Vectors,
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(5_000, written);
        Assert.InRange(farthest, 1, 1_000);
    }

    [Fact]
    public void A_run_survives_the_disposal_of_its_engine_and_none_begins_after_it()
    {
        var engine = MlstmEngine.Create(Arrays, new EngineOptions { ChunkBytes = 1_000 });
        using var reference = MlstmEngine.Create(Arrays);
        var sequences = Enumerable.Range(0, 200).Select(seed => Waves.Tokens(30, seed)).ToArray();
        IEnumerable<byte[]> Disposing()
        {
            foreach (var sequence in sequences)
            {
                yield return sequence;
                engine.Dispose();
            }
        }

        Runs.AssertSameBits(Runs.Run(reference, sequences), Runs.Run(engine, Disposing()));
        Assert.Throws<ObjectDisposedException>(() => Runs.Run(engine, sequences));
    }

    [Fact]
    public void The_portable_kernels_are_first_and_the_best_are_the_default()
    {
        Assert.Equal(InstructionSet.Portable, MlstmEngine.Supported[0]);
        using var best = MlstmEngine.Create(Arrays);
        Assert.Equal(MlstmEngine.Supported[^1], best.InstructionSet);
    }

    private sealed class FailingSink : ISequenceSink
    {
        public void Write(in SequenceOutput output) =>
            throw new InvalidTimeZoneException("the sink broke");
    }

    private sealed class ForgetfulSink : ISequenceSink
    {
        public void Write(in SequenceOutput output) { }
    }

    private sealed class ActingSink(Action act) : ISequenceSink
    {
        public void Write(in SequenceOutput output) => act();
    }

    private sealed class LastProgress : IProgress<long>
    {
        public long Value { get; private set; }

        public void Report(long value) => Value = value;
    }
}
