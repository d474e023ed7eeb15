using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

/// <summary>The number of threads that share a step, on a simulated machine.</summary>
public sealed class ThreadCountTunerTests
{
    private static readonly long Step = WaitableValue.TicksOf(0.2e-3);

    [Fact]
    public void Threads_that_are_not_blocked_all_share_the_step()
    {
        var tuner = new ThreadCountTuner(4);
        Assert.All(
            Run(tuner, 10, threads => (Step / threads, 0)),
            threads => Assert.Equal(4, threads)
        );
    }

    [Fact]
    public void A_short_disturbance_changes_nothing_for_long()
    {
        var tuner = new ThreadCountTuner(2);
        Run(tuner, 1, threads => (Step / threads, 0));
        Run(tuner, 0.01, threads => (5 * Step, 4 * Step));
        Run(tuner, 0.05, threads => (Step / threads, 0));
        Assert.All(
            Run(tuner, 1, threads => (Step / threads, 0)),
            threads => Assert.Equal(2, threads)
        );
    }

    [Fact]
    public void If_several_threads_are_slower_than_one_the_speed_is_that_of_one()
    {
        var tuner = new ThreadCountTuner(2);
        var (ticks, steps) = (0L, 0);
        while (ticks < WaitableValue.TicksOf(20))
        {
            var taken = tuner.Threads == 1 ? Step : 4 * Step;
            tuner.Record(1, taken, tuner.Threads == 1 ? 0 : taken / 2);
            (ticks, steps) = (ticks + taken, steps + 1);
        }

        Assert.InRange(steps / (double)(ticks / Step), 0.9, 1);
    }

    [Fact]
    public void When_the_disturbance_ends_all_threads_are_used_again()
    {
        var tuner = new ThreadCountTuner(8);
        Run(tuner, 10, threads => threads == 1 ? (Step, 0) : (10 * Step, 10 * Step));
        Assert.Equal(1, tuner.Threads);
        Run(tuner, 20, threads => (Step / threads, 0));
        Assert.Equal(8, tuner.Threads);
    }

    [Fact]
    public void One_core_that_another_program_holds_costs_one_thread()
    {
        var tuner = new ThreadCountTuner(16);
        var threads = Run(tuner, 10, size => size == 16 ? (Step, Step) : (Step / size, 0));
        Assert.Equal(15, threads.GroupBy(size => size).MaxBy(group => group.Count())!.Key);
    }

    [Fact]
    public void One_thread_stays_one_thread()
    {
        var tuner = new ThreadCountTuner(1);
        Assert.All(Run(tuner, 1, _ => (Step, Step)), threads => Assert.Equal(1, threads));
    }

    [Fact]
    public void A_kept_tuner_serves_one_run_with_as_many_threads()
    {
        var cache = new TunerCache();
        var tuner = cache.Take(2);
        cache.Keep(tuner);
        Assert.Same(tuner, cache.Take(2));
        Assert.NotSame(tuner, cache.Take(2));
        cache.Keep(tuner);
        Assert.NotSame(tuner, cache.Take(3));
    }

    /// <summary>Runs steps for some seconds; a function gives the ticks, and the blocked ticks, for a number of threads.</summary>
    private static List<int> Run(
        ThreadCountTuner tuner,
        double seconds,
        Func<int, (long, long)> step
    )
    {
        var threads = new List<int>();
        for (var ticks = 0L; ticks < WaitableValue.TicksOf(seconds); )
        {
            threads.Add(tuner.Threads);
            var (taken, blocked) = step(tuner.Threads);
            tuner.Record(1, taken, blocked);
            ticks += taken;
        }

        return threads;
    }
}
