using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

public sealed class PhasesTests
{
    private const long Spin = 0;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 5, 1)]
    [InlineData(2, 119, 30)]
    [InlineData(3, 30, 4)]
    [InlineData(8, 3, 1)]
    public async Task Every_panel_is_computed_once_and_no_phase_begins_before_the_last_ended(
        int members,
        int first,
        int second
    )
    {
        var phases = new Phases([first, second], members);
        var (open, computed) = (new int[2], new int[2, first + second]);
        var helpers = Enumerable
            .Range(1, members - 1)
            .Select(rank =>
                Task.Factory.StartNew(() => Help(rank), TaskCreationOptions.LongRunning)
            )
            .ToArray();
        for (var step = 0; step < 200; step++)
        {
            Array.Clear(computed);
            (open[0], open[1]) = (first, second);
            // Any number of members, from one step to the next.
            phases.Begin(1 + step % members);
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

        phases.Break();
        await Task.WhenAll(helpers).WaitAsync(TimeSpan.FromSeconds(30), Token);

        void Help(int rank)
        {
            try
            {
                for (; ; )
                {
                    var phase = phases.Current;
                    if (phases.IsPause(phase))
                    {
                        phases.WaitWhile(phase);
                    }

                    Run(rank);
                }
            }
            catch (BrokenTeamException)
            {
                // The end.
            }
        }

        void Run(int rank)
        {
            for (; ; )
            {
                var phase = phases.Current;
                if (phases.IsPause(phase))
                {
                    return;
                }

                var index = phases.IndexOf(phase);
                while (phases.TryTake(rank, phase, out var panel, out var next))
                {
                    Assert.InRange(next, panel, (index == 0 ? first : second) - 1);
                    Assert.True(index == 0 || Volatile.Read(ref open[0]) == 0);
                    Interlocked.Increment(ref computed[index, panel]);
                    Interlocked.Decrement(ref open[index]);
                    phases.Finish(phase);
                }

                phases.WaitWhile(phase);
            }
        }
    }

    [Fact]
    public void Members_done_with_their_own_panels_help_the_others()
    {
        var phases = new Phases([5], 2);
        phases.Begin(2);
        int[] order = [1, 1, 1, 1, 0];
        var taken = order.Select(member =>
            phases.TryTake(member, phases.Current, out var panel, out _) ? panel : -1
        );
        Assert.Equal([1, 3, 0, 2, 4], taken);
        Assert.False(phases.TryTake(1, phases.Current, out _, out _));
    }

    [Fact]
    public void A_member_that_is_absent_holds_nothing_up()
    {
        var phases = new Phases([4, 4], 2);
        phases.Begin(2);
        var late = phases.Current;
        Finish(4);
        // The late member still knows the first phase: it gets nothing until it has seen the second.
        Assert.False(phases.TryTake(1, late, out _, out _));
        Assert.True(phases.TryTake(1, phases.Current, out var panel, out _));
        Assert.Equal(1, phases.IndexOf(phases.Current));
        Assert.Equal(1, panel);
        Finish(3);
        Assert.Equal(1, phases.IndexOf(phases.Current));
        phases.Finish(phases.Current);
        Assert.True(phases.IsPause(phases.Current));

        void Finish(int count)
        {
            var phase = phases.Current;
            for (var done = 0; done < count; done++)
            {
                Assert.True(phases.TryTake(0, phase, out _, out _));
                phases.Finish(phase);
            }
        }
    }

    [Fact]
    public async Task The_number_of_the_phase_never_goes_back()
    {
        // Enough steps for the scheduler to stop a member also where it begins a phase.
        const int members = 3;
        var phases = new Phases([3, 10], members);
        var helpers = Enumerable
            .Range(1, members - 1)
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
            phases.Break();
            Volatile.Write(ref ended, true);
        }

        await Task.WhenAll([.. helpers, watch]).WaitAsync(TimeSpan.FromSeconds(30), Token);

        void Lead()
        {
            for (var step = 0; step < 300_000; step++)
            {
                phases.Begin(members);
                Run(0);
            }
        }

        void Watch()
        {
            for (var last = phases.Current; !Volatile.Read(ref ended); )
            {
                var seen = phases.Current;
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
                    phases.WaitWhile(Run(rank));
                }
            }
            catch (BrokenTeamException)
            {
                // The end.
            }
        }

        long Run(int rank)
        {
            for (; ; )
            {
                var phase = phases.Current;
                if (phases.IsPause(phase))
                {
                    return phase;
                }

                while (phases.TryTake(rank, phase, out _, out _))
                {
                    phases.Finish(phase);
                }

                phases.WaitWhile(phase);
            }
        }
    }

    [Fact]
    public async Task A_thread_that_waits_long_is_blocked_and_burns_no_core()
    {
        var gate = new Gate();
        var waiting = new Thread(() => gate.WaitWhile(0, Spin)) { IsBackground = true };
        waiting.Start();
        while (!waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin))
        {
            await Task.Delay(1, Token);
        }

        gate.Set(1);
        Assert.True(waiting.Join(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Broken_a_gate_lets_everyone_go_now_and_later()
    {
        var gate = new Gate();
        var waiting = Enumerable
            .Range(0, 3)
            .Select(_ =>
                Task.Run(() => Assert.Throws<BrokenTeamException>(() => gate.WaitWhile(0, Spin)))
            )
            .ToArray();
        gate.Break();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Throws<BrokenTeamException>(() => gate.WaitWhile(0, Spin));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void A_team_meets_as_a_whole_every_time(int size)
    {
        var team = new Team(size);
        var arrived = new int[300];
        Crew.Run(
            size,
            _ =>
            {
                foreach (ref var count in arrived.AsSpan())
                {
                    Interlocked.Increment(ref count);
                    team.Wait();
                    Assert.Equal(size, Volatile.Read(ref count));
                }
            },
            _ => team.Break()
        );
        Assert.All(arrived, count => Assert.Equal(size, count));
    }
}
