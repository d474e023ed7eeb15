using static UniRep.Compute.Tests.ContinuousRuns;

namespace UniRep.Compute.Tests;

/// <summary>Sequences join a continuous run at any time; their results are those of a run over a source.</summary>
public class ContinuousRunTests
{
    private static readonly MlstmArrays Arrays = Waves.Arrays(20, 2);

    public static TheoryData<int, int> ThreadsAndLanes =>
        new()
        {
            { 1, 1 },
            { 1, 5 },
            { 2, 3 },
            { 4, 0 },
        };

    [Theory]
    [MemberData(nameof(ThreadsAndLanes))]
    public async Task Sequences_that_join_from_several_threads_give_the_bits_of_a_run(
        int threads,
        int lanes
    )
    {
        using var engine = MlstmEngine.Create(
            Arrays,
            new EngineOptions { Threads = threads, Lanes = lanes }
        );
        byte[][] sequences =
        [
            .. Enumerable.Range(0, 120).Select(seed => Waves.Tokens(seed * 7 % 90, seed)),
        ];
        var expected = Runs.Run(engine, sequences);
        await using var run = engine.BeginContinuous();
        var receivers = new KeepingReceiver[sequences.Length];
        Parallel.For(
            0,
            sequences.Length,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            index => receivers[index] = Join(run, sequences[index], $"client {index % 3}")
        );
        for (var index = 0; index < receivers.Length; index++)
        {
            var actual = await receivers[index].Result.WaitAsync(Patience, Token);
            Tolerance.AssertSameBits(expected[index].Numbers, actual.Numbers);
        }

        Assert.Equal(sequences.Sum(tokens => tokens.Length + 1L), run.Statistics.Positions);
    }

    [Fact]
    public async Task Each_sequence_gets_the_outputs_that_it_asks_for()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 2 });
        byte[][] sequences = [.. Enumerable.Range(0, 40).Select(seed => Waves.Tokens(seed, seed))];
        await using var run = engine.BeginContinuous();
        KeepingReceiver[] receivers =
        [
            .. sequences.Select(
                (tokens, index) => Join(run, tokens, outputs: (Outputs)(index % 4))
            ),
        ];
        for (var asked = 0; asked < 4; asked++)
        {
            var expected = Runs.Run(engine, sequences, (Outputs)asked);
            for (var index = asked; index < sequences.Length; index += 4)
            {
                var actual = await receivers[index].Result.WaitAsync(Patience, Token);
                Tolerance.AssertSameBits(expected[index].Numbers, actual.Numbers);
            }
        }
    }

    [Fact]
    public async Task A_result_comes_before_those_of_longer_sequences_that_joined_earlier()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 1 });
        await using var run = engine.BeginContinuous();
        var blocker = Join(run, Endless);
        await Until(() => run.Statistics.Lanes == 1);
        await Join(run, [1, 2, 3]).Result.WaitAsync(Patience, Token);
        Assert.False(blocker.Result.IsCompleted);
    }

    [Fact]
    public async Task A_receiver_that_throws_gets_its_exception_and_the_run_continues()
    {
        using var engine = MlstmEngine.Create(Arrays);
        await using var run = engine.BeginContinuous();
        var failing = new KeepingReceiver(() => throw new FormatException("bad taste"));
        Assert.True(
            run.TryJoin([new SequenceRequest(new byte[5], Outputs.Vectors, failing)], "", out _)
        );
        var failure = await Assert.ThrowsAsync<FormatException>(() =>
            failing.Result.WaitAsync(Patience, Token)
        );
        Assert.Equal("bad taste", failure.Message);
        await Join(run, [1, 2, 3]).Result.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task A_drained_run_completes_what_has_joined_and_takes_no_more()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 2 });
        await using var run = engine.BeginContinuous(new ContinuousRunOptions { MaximalLanes = 2 });
        KeepingReceiver[] receivers =
        [
            .. Enumerable.Range(0, 30).Select(seed => Join(run, Waves.Tokens(100, seed))),
        ];
        await run.DrainAsync().WaitAsync(Patience, Token);
        Assert.All(receivers, receiver => Assert.True(receiver.Result.IsCompletedSuccessfully));
        Assert.False(run.TryJoin([], "", out var refusal));
        Assert.True(refusal.IsClosed);
    }

    [Theory]
    [InlineData((byte)26, Outputs.Vectors)]
    [InlineData((byte)1, (Outputs)8)]
    public async Task Wrong_requests_are_refused_before_they_join(byte token, Outputs outputs)
    {
        using var engine = MlstmEngine.Create(Arrays);
        await using var run = engine.BeginContinuous();
        var request = new SequenceRequest(new[] { token }, outputs, new KeepingReceiver());
        Assert.ThrowsAny<ArgumentException>(() => run.TryJoin([request], "", out _));
        Assert.Equal(0, run.Statistics.Unfinished);
    }

    [Fact]
    public async Task The_engine_is_freed_after_its_continuous_run()
    {
        var engine = MlstmEngine.Create(Arrays);
        var run = engine.BeginContinuous();
        engine.Dispose();
        await Join(run, [1, 2, 3]).Result.WaitAsync(Patience, Token);
        await run.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => engine.BeginContinuous());
    }

    [Fact]
    public async Task A_run_over_batches_fails_the_sequences_of_a_batch_that_fails()
    {
        var calls = 0;
        await using var run = ContinuousRun.OverBatches(
            new MlstmShape(2, 1),
            (source, sink, outputs, cancellation) =>
            {
                if (Interlocked.Increment(ref calls) == 1)
                {
                    throw new FormatException("no device");
                }

                while (source.TryRead(out var tokens))
                {
                    float[] vector = [tokens.Length, 0];
                    sink.Write(
                        new SequenceOutput
                        {
                            Average = vector,
                            Final = vector,
                            Cell = vector,
                        }
                    );
                }
            }
        );
        await Assert.ThrowsAsync<FormatException>(() =>
            Join(run, [1, 2]).Result.WaitAsync(Patience, Token)
        );
        var result = await Join(run, [1, 2, 3]).Result.WaitAsync(Patience, Token);
        Assert.Equal([3f, 0], result.Average);
    }
}
