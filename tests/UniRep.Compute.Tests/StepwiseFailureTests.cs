using static UniRep.Compute.Tests.StepwiseRuns;

namespace UniRep.Compute.Tests;

/// <summary>Runs of sequences that are decided while they are computed end when they are cancelled or something fails.</summary>
public class StepwiseFailureTests
{
    private const int Units = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_cancelled_run_ends_within_a_step(int threads)
    {
        using var engine = MlstmEngine.Create(
            Waves.Arrays(Units, 1),
            new EngineOptions { Threads = threads, Lanes = 1 }
        );
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        var atCancellation = 0;
        var sequences = Enumerable
            .Range(0, threads)
            .Select(_ => new Endless(() =>
            {
                if (Interlocked.Increment(ref steps) == 100)
                {
                    cancellation.Cancel();
                    atCancellation = Volatile.Read(ref steps);
                }
            }));
        using var run = engine.BeginStepwise(new Source(sequences), threads, cancellation.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Task.Run(run.Advance, Token).WaitAsync(Patience, Token)
        );
        var atEnd = steps;
        Assert.InRange(atEnd - atCancellation, 0, threads);
        Assert.ThrowsAny<OperationCanceledException>(() => run.Advance());
        Assert.Equal(atEnd, steps);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_exception_of_a_sequence_ends_the_run(int threads)
    {
        using var engine = MlstmEngine.Create(
            Waves.Arrays(Units, 1),
            new EngineOptions { Threads = threads, Lanes = 2 }
        );
        var steps = 0;
        var sequences = Enumerable
            .Range(0, 2 * threads)
            .Select(_ => new Endless(() =>
            {
                if (Interlocked.Increment(ref steps) == 100)
                {
                    throw new InvalidTimeZoneException();
                }
            }));
        using var run = engine.BeginStepwise(new Source(sequences), cancellation: Token);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
            Task.Run(run.Advance, Token).WaitAsync(Patience, Token)
        );
    }

    [Fact]
    public void An_exception_of_the_source_ends_the_run()
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(Units, 1));
        static IEnumerable<IStepwiseSequence> Failing()
        {
            yield return new Sampled(Units, 1, 30);
            throw new InvalidTimeZoneException();
        }

        Assert.Throws<InvalidTimeZoneException>(() => Run(engine, Failing()));
    }

    [Fact]
    public void A_token_that_does_not_exist_ends_the_run()
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(Units, 1));
        var error = Assert.Throws<ArgumentException>(() =>
            Run(engine, [new Known([1, 26], Units)])
        );
        Assert.Equal("A sequence gave a token above 25.", error.Message);
    }

    [Fact]
    public void A_run_outlives_its_engine_and_not_its_own_end()
    {
        var engine = MlstmEngine.Create(Waves.Arrays(Units, 1));
        var sampled = new Sampled(Units, 1, 9);
        var run = engine.BeginStepwise(new Source([sampled]), 1, Token);
        engine.Dispose();
        Assert.True(run.Advance());
        Assert.Equal(9, sampled.Tokens.Count);
        run.Dispose();
        run.Dispose();
        Assert.Throws<ObjectDisposedException>(() => run.Advance());
        Assert.Throws<ObjectDisposedException>(() =>
            engine.BeginStepwise(new Source([]), 1, Token)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            engine.BeginStepwise(new Source([]), 0, Token)
        );
    }
}
