using System.Collections.Concurrent;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

/// <summary>Worker threads run every rank, and an exception of any rank is thrown to the caller.</summary>
public sealed class WorkerThreadsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Every_rank_runs_once_and_rank_0_on_the_calling_thread(int count)
    {
        var barrier = new StepBarrier(count);
        var ranks = new ConcurrentBag<(int Rank, int Thread)>();
        WorkerThreads.Run(
            count,
            rank =>
            {
                ranks.Add((rank, Environment.CurrentManagedThreadId));
                barrier.SignalAndWait();
            },
            _ => barrier.Break()
        );
        Assert.Equal(Enumerable.Range(0, count), ranks.Select(entry => entry.Rank).Order());
        Assert.Equal(
            Environment.CurrentManagedThreadId,
            Assert.Single(ranks, entry => entry.Rank == 0).Thread
        );
        Assert.Equal(count, ranks.Select(entry => entry.Thread).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_exception_of_any_rank_ends_the_ranks_that_wait_for_it(int failing)
    {
        var barrier = new StepBarrier(3);
        var run = Task.Run(
            () =>
                WorkerThreads.Run(
                    3,
                    rank =>
                    {
                        barrier.SignalAndWait();
                        if (rank == failing)
                        {
                            throw new InvalidTimeZoneException("a kernel broke");
                        }

                        barrier.SignalAndWait();
                    },
                    _ => barrier.Break()
                ),
            Token
        );
        var error = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Ended(run));
        Assert.Contains(nameof(WorkerThreadsTests), error.StackTrace!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threads_are_reused_after_an_exception()
    {
        for (var round = 0; round < 50; round++)
        {
            var run = Task.Run(
                () =>
                    WorkerThreads.Run(
                        4,
                        _ => throw new InvalidTimeZoneException("broken"),
                        _ => { }
                    ),
                Token
            );
            await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Ended(run));
        }

        var done = 0;
        var barrier = new StepBarrier(4);
        WorkerThreads.Run(
            4,
            _ =>
            {
                Interlocked.Increment(ref done);
                barrier.SignalAndWait();
            },
            _ => barrier.Break()
        );
        Assert.Equal(4, done);
    }

    [Fact]
    public async Task Actions_started_at_the_same_time_run_at_the_same_time()
    {
        // The test's context is not that of a reused thread.
        var token = Token;
        using var all = new CountdownEvent(3);
        var here = Environment.CurrentManagedThreadId;
        // What comes after the wait must not run on a worker thread.
        var done = Enumerable
            .Range(0, 3)
            .Select(_ => new TaskCompletionSource<int>(
                TaskCreationOptions.RunContinuationsAsynchronously
            ))
            .ToArray();
        foreach (var one in done)
        {
            WorkerThreads.Start(() =>
            {
                all.Signal();
                all.Wait(token);
                one.SetResult(Environment.CurrentManagedThreadId);
            });
        }

        var threads = await Task.WhenAll(done.Select(one => one.Task))
            .WaitAsync(TimeSpan.FromSeconds(30), token);
        Assert.Equal(3, threads.Distinct().Count());
        Assert.DoesNotContain(here, threads);
    }

    [Fact]
    public async Task A_rank_that_has_not_started_when_rank_0_ends_is_skipped()
    {
        var ran = new ConcurrentBag<int>();
        var job = new ParallelJob(3, ran.Add, _ => { });
        job.Run(0);
        await Ended(Task.Run(job.Join, Token));
        job.Run(2);
        Assert.Equal([0], ran);
    }

    [Fact]
    public void The_first_exception_is_kept_and_later_ranks_do_not_run()
    {
        var failures = new List<Exception>();
        var ran = new List<int>();
        var job = new ParallelJob(
            4,
            rank =>
            {
                ran.Add(rank);
                throw new InvalidTimeZoneException($"rank {rank}");
            },
            failures.Add
        );
        job.Run(1);
        job.Run(2);
        job.Fail(new InvalidTimeZoneException("no thread"));
        Assert.Equal("rank 1", Assert.Throws<InvalidTimeZoneException>(job.Join).Message);
        Assert.Equal([1], ran);
        Assert.Equal(["rank 1", "no thread"], failures.Select(failure => failure.Message));
    }

    private static Task Ended(Task run) => run.WaitAsync(TimeSpan.FromSeconds(30), Token);
}
