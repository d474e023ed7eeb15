using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

/// <summary>The threads of a group share the panels of each phase of a step.</summary>
public sealed class PanelQueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 5, 1)]
    [InlineData(2, 119, 30)]
    [InlineData(3, 30, 4)]
    [InlineData(8, 3, 1)]
    public async Task Every_panel_is_taken_once_and_no_phase_begins_before_the_last_has_ended(
        int threads,
        int first,
        int second
    )
    {
        var queue = new PanelQueue([first, second], threads);
        var (open, computed) = (new int[2], new int[2, first + second]);
        var helpers = Enumerable
            .Range(1, threads - 1)
            .Select(rank =>
                Task.Factory.StartNew(() => Help(rank), TaskCreationOptions.LongRunning)
            )
            .ToArray();
        for (var step = 0; step < 200; step++)
        {
            Array.Clear(computed);
            (open[0], open[1]) = (first, second);
            // The number of threads changes from step to step.
            queue.Begin(1 + step % threads);
            Run(0);
            Assert.Equal([0, 0], open);
            for (var panel = 0; panel < first; panel++)
            {
                Assert.Equal(1, computed[0, panel]);
            }

            for (var panel = 0; panel < second; panel++)
            {
                Assert.Equal(1, computed[1, panel]);
            }
        }

        queue.Break();
        await Task.WhenAll(helpers).WaitAsync(TimeSpan.FromSeconds(30), Token);

        void Help(int rank)
        {
            try
            {
                for (; ; )
                {
                    var phase = queue.Current;
                    if (queue.IsPause(phase))
                    {
                        queue.WaitWhile(phase);
                    }

                    Run(rank);
                }
            }
            catch (BrokenBarrierException)
            {
                // The end.
            }
        }

        void Run(int rank)
        {
            for (; ; )
            {
                var phase = queue.Current;
                if (queue.IsPause(phase))
                {
                    return;
                }

                var index = queue.IndexOf(phase);
                while (queue.TryTake(rank, phase, out var panel, out var next))
                {
                    Assert.InRange(next, panel, (index == 0 ? first : second) - 1);
                    Assert.True(index == 0 || Volatile.Read(ref open[0]) == 0);
                    Interlocked.Increment(ref computed[index, panel]);
                    Interlocked.Decrement(ref open[index]);
                    queue.Finish(phase);
                }

                queue.WaitWhile(phase);
            }
        }
    }

    [Fact]
    public void Idle_threads_steal_panels()
    {
        var queue = new PanelQueue([5], 2);
        queue.Begin(2);
        int[] order = [1, 1, 1, 1, 0];
        var taken = order.Select(rank =>
            queue.TryTake(rank, queue.Current, out var panel, out _) ? panel : -1
        );
        Assert.Equal([1, 3, 0, 2, 4], taken);
        Assert.False(queue.TryTake(1, queue.Current, out _, out _));
    }

    [Fact]
    public void A_thread_that_is_late_delays_nothing()
    {
        var queue = new PanelQueue([4, 4], 2);
        queue.Begin(2);
        var late = queue.Current;
        Finish(4);
        // The late thread still knows the first phase. It gets nothing before it has seen the second.
        Assert.False(queue.TryTake(1, late, out _, out _));
        Assert.True(queue.TryTake(1, queue.Current, out var panel, out _));
        Assert.Equal(1, queue.IndexOf(queue.Current));
        Assert.Equal(1, panel);
        Finish(3);
        Assert.Equal(1, queue.IndexOf(queue.Current));
        queue.Finish(queue.Current);
        Assert.True(queue.IsPause(queue.Current));

        void Finish(int count)
        {
            var phase = queue.Current;
            for (var done = 0; done < count; done++)
            {
                Assert.True(queue.TryTake(0, phase, out _, out _));
                queue.Finish(phase);
            }
        }
    }

    [Fact]
    public async Task The_number_of_the_phase_never_decreases()
    {
        // Enough steps for the scheduler to stop a thread also where it begins a phase.
        const int threads = 3;
        var queue = new PanelQueue([3, 10], threads);
        var helpers = Enumerable
            .Range(1, threads - 1)
            .Select(rank =>
                Task.Factory.StartNew(() => Share(rank), TaskCreationOptions.LongRunning)
            )
            .ToArray();
        var ended = false;
        var watch = Task.Factory.StartNew(Watch, TaskCreationOptions.LongRunning);
        try
        {
            await Task
                .Factory.StartNew(Lead, TaskCreationOptions.LongRunning)
                .WaitAsync(TimeSpan.FromSeconds(90), Token);
        }
        finally
        {
            queue.Break();
            Volatile.Write(ref ended, true);
        }

        await Task.WhenAll([.. helpers, watch]).WaitAsync(TimeSpan.FromSeconds(30), Token);

        void Lead()
        {
            for (var step = 0; step < 300_000; step++)
            {
                queue.Begin(threads);
                Run(0);
            }
        }

        void Watch()
        {
            for (var last = queue.Current; !Volatile.Read(ref ended); )
            {
                var seen = queue.Current;
                Assert.True(seen >= last, $"{last}, then {seen}");
                last = seen;
            }
        }

        void Share(int rank)
        {
            try
            {
                for (; ; )
                {
                    queue.WaitWhile(Run(rank));
                }
            }
            catch (BrokenBarrierException)
            {
                // The end.
            }
        }

        long Run(int rank)
        {
            for (; ; )
            {
                var phase = queue.Current;
                if (queue.IsPause(phase))
                {
                    return phase;
                }

                while (queue.TryTake(rank, phase, out _, out _))
                {
                    queue.Finish(phase);
                }

                queue.WaitWhile(phase);
            }
        }
    }
}
