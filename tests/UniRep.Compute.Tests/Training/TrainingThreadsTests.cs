using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Tests;

/// <summary>The threads of a trainer report a failure once and cannot be used afterwards.</summary>
public sealed class TrainingThreadsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_of_one_thread_is_thrown_and_ends_the_use_of_all()
    {
        using var threads = new TrainingThreads(3, separateLanes: true);
        var run = Task.Run(
            () =>
                threads.Run(thread =>
                {
                    if (thread.FirstLane == 2)
                    {
                        throw new InvalidTimeZoneException("a kernel broke");
                    }

                    thread.All.EndPhase();
                }),
            Token
        );
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
            run.WaitAsync(TimeSpan.FromSeconds(30), Token)
        );
        var error = Assert.Throws<InvalidOperationException>(() => threads.Run(_ => { }));
        Assert.Equal("An earlier call failed (a kernel broke): make a new trainer.", error.Message);
    }

    [Fact]
    public void Threads_with_separate_lanes_divide_the_active_lanes()
    {
        using var threads = new TrainingThreads(3, separateLanes: true);
        var lanes = new int[3];
        threads.Run(thread =>
        {
            lanes[thread.FirstLane] = thread.LanesOf(7);
            thread.All.EndPhase();
        });
        Assert.Equal([3, 2, 2], lanes);
    }

    [Fact]
    public void Threads_that_share_steps_all_have_every_lane()
    {
        using var threads = new TrainingThreads(2, separateLanes: false);
        var lanes = new int[2];
        threads.Run(thread =>
        {
            lanes[thread.All.IsFirst ? 0 : 1] = thread.LanesOf(7);
            thread.All.EndPhase();
        });
        Assert.Equal([7, 7], lanes);
    }
}
