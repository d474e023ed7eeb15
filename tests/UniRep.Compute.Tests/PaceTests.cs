using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

/// <summary>How many members share steps, on a machine that is simulated.</summary>
public sealed class PaceTests
{
    private static readonly long Step = Gate.TicksOf(0.2e-3);

    [Fact]
    public void Members_that_meet_stay_together()
    {
        var pace = new Pace(4);
        Assert.All(
            Run(pace, 10, members => (Step / members, 0)),
            members => Assert.Equal(4, members)
        );
    }

    [Fact]
    public void A_moment_of_disturbance_changes_nothing_for_long()
    {
        var pace = new Pace(2);
        Run(pace, 1, members => (Step / members, 0));
        Run(pace, 0.01, members => (5 * Step, 4 * Step));
        Run(pace, 0.05, members => (Step / members, 0));
        Assert.All(
            Run(pace, 1, members => (Step / members, 0)),
            members => Assert.Equal(2, members)
        );
    }

    [Fact]
    public void Where_several_are_slower_than_one_the_speed_is_that_of_one()
    {
        var pace = new Pace(2);
        var (ticks, steps) = (0L, 0);
        while (ticks < Gate.TicksOf(20))
        {
            var taken = pace.Members == 1 ? Step : 4 * Step;
            pace.Note(1, taken, pace.Members == 1 ? 0 : taken / 2);
            (ticks, steps) = (ticks + taken, steps + 1);
        }

        Assert.InRange(steps / (double)(ticks / Step), 0.9, 1);
    }

    [Fact]
    public void When_the_disturbance_ends_all_come_back()
    {
        var pace = new Pace(8);
        Run(pace, 10, members => members == 1 ? (Step, 0) : (10 * Step, 10 * Step));
        Assert.Equal(1, pace.Members);
        Run(pace, 20, members => (Step / members, 0));
        Assert.Equal(8, pace.Members);
    }

    [Fact]
    public void One_core_that_is_taken_costs_one_member()
    {
        var pace = new Pace(16);
        var members = Run(pace, 10, size => size == 16 ? (Step, Step) : (Step / size, 0));
        Assert.Equal(15, members.GroupBy(size => size).MaxBy(group => group.Count())!.Key);
    }

    [Fact]
    public void One_member_has_nothing_to_decide()
    {
        var pace = new Pace(1);
        Assert.All(Run(pace, 1, _ => (Step, Step)), members => Assert.Equal(1, members));
    }

    [Fact]
    public void What_a_run_learnt_serves_the_next_of_as_many_members_once()
    {
        var kept = new KeptPace();
        var pace = kept.Take(2);
        kept.Keep(pace);
        Assert.Same(pace, kept.Take(2));
        Assert.NotSame(pace, kept.Take(2));
        kept.Keep(pace);
        Assert.NotSame(pace, kept.Take(3));
    }

    /// <summary>Steps for some seconds, each of the ticks and the ticks blocked that a number of members takes.</summary>
    private static List<int> Run(Pace pace, double seconds, Func<int, (long, long)> step)
    {
        var members = new List<int>();
        for (var ticks = 0L; ticks < Gate.TicksOf(seconds); )
        {
            members.Add(pace.Members);
            var (taken, blocked) = step(pace.Members);
            pace.Note(1, taken, blocked);
            ticks += taken;
        }

        return members;
    }
}
