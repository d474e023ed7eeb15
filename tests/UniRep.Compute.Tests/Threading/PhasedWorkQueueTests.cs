using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

/// <summary>Threads share the items of each phase, and phases follow one another.</summary>
public sealed class PhasedWorkQueueTests
{
    [Theory]
    [InlineData(1, 20)]
    [InlineData(3, 1)]
    [InlineData(4, 50)]
    public void Every_item_of_every_phase_is_taken_once_and_phases_do_not_overlap(
        int threads,
        int items
    )
    {
        const int Phases = 60;
        var barrier = new StepBarrier(threads);
        var queue = new PhasedWorkQueue(barrier);
        var (taken, done) = (new int[Phases, items], new int[Phases]);
        WorkerThreads.Run(
            threads,
            rank =>
            {
                var worker = queue.WorkerOf(rank);
                for (var phase = 0; phase < Phases; phase++)
                {
                    while (worker.TryTake(items, out var item))
                    {
                        Assert.InRange(item, 0, items - 1);
                        Assert.Equal(
                            items,
                            phase == 0 ? items : Volatile.Read(ref done[phase - 1])
                        );
                        Interlocked.Increment(ref taken[phase, item]);
                        Interlocked.Increment(ref done[phase]);
                    }

                    worker.EndPhase();
                }
            },
            _ => barrier.Break()
        );
        Assert.All(taken.Cast<int>(), count => Assert.Equal(1, count));
    }

    [Fact]
    public void One_thread_takes_the_items_in_order()
    {
        var worker = new PhasedWorkQueue(new StepBarrier(1)).WorkerOf(0);
        for (var phase = 0; phase < 6; phase++)
        {
            var items = new List<int>();
            while (worker.TryTake(phase, out var item))
            {
                items.Add(item);
            }

            worker.EndPhase();
            Assert.Equal(Enumerable.Range(0, phase), items);
        }
    }

    [Fact]
    public void Only_rank_0_is_first()
    {
        var queue = new PhasedWorkQueue(new StepBarrier(3));
        Assert.Equal(
            [true, false, false],
            Enumerable.Range(0, 3).Select(rank => queue.WorkerOf(rank).IsFirst)
        );
    }

    [Fact]
    public void A_broken_barrier_ends_a_phase_with_an_exception()
    {
        var barrier = new StepBarrier(2);
        var worker = new PhasedWorkQueue(barrier).WorkerOf(0);
        barrier.Break();
        Assert.Throws<BrokenBarrierException>(worker.EndPhase);
    }
}
