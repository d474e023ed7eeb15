using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Tests;

/// <summary>How a run divides its threads into groups, and a group its sequences into lanes.</summary>
public sealed class ThreadPlanTests
{
    private const long Small = 4 << 20;
    private const long Large = 100 << 20;

    [Fact]
    public void A_small_model_gets_a_group_for_every_thread() =>
        Assert.Equal(new ThreadPlan(8, 1, 48), Plan(Small, threads: 8, sequences: int.MaxValue));

    [Fact]
    public void A_large_model_gets_one_group_that_shares_each_step() =>
        Assert.Equal(new ThreadPlan(1, 8, 48), Plan(Large, threads: 8, sequences: int.MaxValue));

    [Fact]
    public void Threads_without_a_sequence_share_the_steps_of_the_others()
    {
        Assert.Equal(new ThreadPlan(1, 8, 1), Plan(Small, threads: 8, sequences: 1));
        Assert.Equal(new ThreadPlan(3, 2, 1), Plan(Small, threads: 8, sequences: 3));
    }

    [Fact]
    public void A_tiny_model_is_not_shared_because_waiting_costs_more() =>
        Assert.Equal(new ThreadPlan(1, 1, 1), Plan(100 << 10, threads: 8, sequences: 1));

    [Fact]
    public void No_more_threads_share_a_step_than_there_are_panels() =>
        Assert.Equal(
            new ThreadPlan(1, 3, 1),
            ThreadPlan.For(Large, 1, gatePanels: 3, lanes: 0, threads: 8, sequences: 1)
        );

    [Theory]
    [InlineData(0, 10, 5)]
    [InlineData(0, 1000, 48)]
    [InlineData(7, 1000, 7)]
    [InlineData(100, 150, 75)]
    public void A_group_has_no_more_lanes_than_sequences_or_than_asked_for(
        int lanes,
        int sequences,
        int expected
    ) =>
        Assert.Equal(
            new ThreadPlan(2, 1, expected),
            ThreadPlan.For(Small, 1, 100, lanes, threads: 2, sequences)
        );

    [Fact]
    public void Every_plan_uses_at_least_one_lane_and_no_more_threads_than_given()
    {
        foreach (var bytes in new[] { 1L, Small, Large })
        {
            foreach (var threads in new[] { 1, 2, 3, 16, 1024 })
            {
                foreach (var sequences in new[] { 1, 2, 5, 100, int.MaxValue })
                {
                    var plan = Plan(bytes, threads, sequences);
                    Assert.InRange(plan.Groups * plan.ThreadsPerGroup, 1, threads);
                    Assert.InRange(plan.Groups, 1, sequences);
                    Assert.InRange(plan.Lanes, 1, 48);
                }
            }
        }
    }

    [Fact]
    public void A_model_gives_its_own_sizes_to_the_plan()
    {
        using var model = new PackedModel(Waves.Arrays(150, 2), Precision.Exact, 64);
        Assert.Equal(
            ThreadPlan.For(model.Bytes, 2, model.Layers[0].GatePanels, 5, 4, 9),
            ThreadPlan.For(model, new EngineOptions { Lanes = 5 }, 4, 9)
        );
    }

    private static ThreadPlan Plan(long bytes, int threads, int sequences) =>
        ThreadPlan.For(bytes, layers: 1, gatePanels: 1000, lanes: 0, threads, sequences);
}
