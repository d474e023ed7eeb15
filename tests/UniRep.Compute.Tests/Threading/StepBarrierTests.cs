using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

/// <summary>No thread passes a barrier before all have arrived.</summary>
public sealed class StepBarrierTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void All_threads_meet_every_time(int threads)
    {
        var barrier = new StepBarrier(threads);
        var arrived = new int[300];
        WorkerThreads.Run(
            threads,
            _ =>
            {
                foreach (ref var count in arrived.AsSpan())
                {
                    Interlocked.Increment(ref count);
                    barrier.SignalAndWait();
                    Assert.Equal(threads, Volatile.Read(ref count));
                }
            },
            _ => barrier.Break()
        );
        Assert.All(arrived, count => Assert.Equal(threads, count));
    }

    [Fact]
    public void One_thread_never_waits()
    {
        var barrier = new StepBarrier(1);
        var passed = 0;
        for (; passed < 3; passed++)
        {
            barrier.SignalAndWait();
        }

        Assert.Equal(3, passed);
    }

    [Fact]
    public async Task A_broken_barrier_ends_all_waiting_now_and_later()
    {
        var barrier = new StepBarrier(3);
        var waiting = Task.Run(
            () => Assert.Throws<BrokenBarrierException>(barrier.SignalAndWait),
            Token
        );
        barrier.Break();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Throws<BrokenBarrierException>(barrier.SignalAndWait);
    }
}
