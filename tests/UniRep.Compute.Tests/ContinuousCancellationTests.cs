using static UniRep.Compute.Tests.ContinuousRuns;

namespace UniRep.Compute.Tests;

/// <summary>Sequences that are cancelled, and runs that end, leave nothing behind.</summary>
public class ContinuousCancellationTests
{
    private static readonly MlstmArrays Arrays = Waves.Arrays(20, 2);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 0)]
    public async Task A_cancelled_sequence_frees_its_lane(int threads, int lanes)
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = threads });
        await using var run = engine.BeginContinuous(
            new ContinuousRunOptions { MaximalLanes = lanes }
        );
        using var cancellation = new CancellationTokenSource();
        var blocker = JoinCancellable(run, Endless, cancellation.Token);
        await Until(() => run.Statistics is { Lanes: 1, Positions: > 10 });
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            blocker.Result.WaitAsync(Patience, Token)
        );
        await Until(() => run.Statistics.Lanes == 0);
        Assert.InRange(run.Statistics.Positions, 10, Endless.Length - 1);
        await Join(run, [1, 2, 3]).Result.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task A_sequence_that_is_cancelled_already_joins_and_is_cancelled()
    {
        using var engine = MlstmEngine.Create(Arrays);
        await using var run = engine.BeginContinuous();
        var receiver = JoinCancellable(run, [1, 2], new CancellationToken(true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            receiver.Result.WaitAsync(Patience, Token)
        );
        await run.DrainAsync().WaitAsync(Patience, Token);
        Assert.Equal(0, run.Statistics.Unfinished);
    }

    [Fact]
    public async Task A_run_disposed_under_load_cancels_what_is_left()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 2 });
        await using var run = engine.BeginContinuous(
            new ContinuousRunOptions { MaximalLanes = 12, MaximalWaitingResidues = long.MaxValue }
        );
        KeepingReceiver[] receivers = [.. Enumerable.Range(0, 10).Select(_ => Join(run, Endless))];
        await Until(() => run.Statistics.Lanes == 3);
        await run.DisposeAsync();
        foreach (var receiver in receivers)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                receiver.Result.WaitAsync(Patience, Token)
            );
        }

        await Until(() => run.Statistics is { Unfinished: 0, WaitingResidues: 0 });
        Assert.False(run.TryJoin([], "", out var refusal));
        Assert.True(refusal.IsClosed);
    }

    [Fact]
    public async Task Ten_thousand_joins_and_cancellations_leave_nothing_behind()
    {
        using var engine = MlstmEngine.Create(Arrays, new EngineOptions { Threads = 2 });
        await using var run = engine.BeginContinuous(
            new ContinuousRunOptions { MaximalWaitingResidues = 5_000 }
        );
        var outcomes = new int[3];
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(client =>
                    Task.Run(
                        async () =>
                        {
                            var random = new Random(client);
                            for (var turn = 0; turn < 2_500; turn++)
                            {
                                var outcome = await Turn(run, random, $"{client % 3}");
                                Interlocked.Increment(ref outcomes[outcome]);
                            }
                        },
                        Token
                    )
                )
        );
        await Until(() => run.Statistics is { Unfinished: 0, Lanes: 0 });
        Assert.Equal(10_000, outcomes.Sum());
        Assert.True(outcomes[0] > 0);
        var end = run.Statistics;
        Assert.Equal((0, 0L, 0), (end.WaitingSequences, end.WaitingResidues, end.Clients));
    }

    [Fact]
    public async Task A_batch_that_nobody_wants_any_more_is_cancelled()
    {
        await using var run = ContinuousRun.OverBatches(
            new MlstmShape(2, 1),
            (source, sink, outputs, cancellation) =>
            {
                cancellation.WaitHandle.WaitOne(Patience);
                cancellation.ThrowIfCancellationRequested();
            }
        );
        using var cancellation = new CancellationTokenSource();
        var receiver = JoinCancellable(run, [1, 2], cancellation.Token);
        await Until(() => run.Statistics.Lanes == 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            receiver.Result.WaitAsync(Patience, Token)
        );
        await Until(() => run.Statistics is { Lanes: 0, Unfinished: 0 });
    }

    /// <summary>Joins a sequence and perhaps cancels it: 0 if it is done, 1 if it is cancelled, 2 if it was refused.</summary>
    private static async Task<int> Turn(ContinuousRun run, Random random, string client)
    {
        using var cancellation = new CancellationTokenSource();
        var receiver = new KeepingReceiver();
        var request = new SequenceRequest(
            Waves.Tokens(random.Next(200), random.Next()),
            (Outputs)random.Next(4),
            receiver,
            cancellation.Token
        );
        if (!run.TryJoin([request], client, out _))
        {
            return 2;
        }

        if (random.Next(2) == 0)
        {
            await Task.Yield();
            await cancellation.CancelAsync();
        }

        await ((Task)receiver.Result.WaitAsync(Patience, Token)).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing
        );
        return receiver.Result.IsCompletedSuccessfully ? 0 : 1;
    }
}
