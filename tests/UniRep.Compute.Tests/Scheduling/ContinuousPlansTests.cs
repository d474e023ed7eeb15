using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Tests;

/// <summary>A continuous run shares threads while it has few sequences, and divides them into groups when it has many.</summary>
public sealed class ContinuousPlansTests : IDisposable
{
    private readonly PackedModel _small = new(Waves.Arrays(20, 1), Precision.Exact, 64);
    private readonly PackedModel _medium = new(Waves.Arrays(320, 1), Precision.Exact, 64);

    public void Dispose()
    {
        _small.Dispose();
        _medium.Dispose();
    }

    [Fact]
    public void One_sequence_gets_all_threads_and_many_get_a_group_for_each_thread()
    {
        var plans = For(_medium, 4);
        Assert.Equal((1, 4), Division(plans.Next(null, 1)));
        Assert.Equal((4, 1), Division(plans.Next(null, 1_000)));
    }

    [Fact]
    public void Every_plan_has_lanes_for_the_sequences_that_it_is_chosen_for()
    {
        var plans = For(_medium, 8);
        for (var sequences = 1; sequences <= plans.MaximalLanes; sequences++)
        {
            var plan = plans.Next(null, sequences);
            Assert.True(plan.Groups * plan.Lanes >= sequences);
        }
    }

    [Fact]
    public void A_model_too_small_to_share_steps_has_one_plan()
    {
        var plans = For(_small, 4);
        Assert.Equal(plans.Next(null, 1_000), plans.Next(null, 1));
    }

    [Fact]
    public void A_plan_is_kept_while_the_number_of_sequences_varies_a_little()
    {
        var plans = For(_medium, 2);
        var few = plans.Next(null, 1);
        var limit = Enumerable.Range(1, 100).First(count => plans.Next(few, count) != few);
        var many = plans.Next(few, limit);
        Assert.Equal(many, plans.Next(many, limit - 1));
        Assert.Equal(few, plans.Next(many, 1));
    }

    [Fact]
    public void The_caller_can_bound_the_lanes()
    {
        var options = new EngineOptions();
        Assert.Equal(5, ContinuousPlans.For(_medium, options, 2, 5).MaximalLanes);
        var most = ContinuousPlans.For(_medium, options, 2, 0).MaximalLanes;
        Assert.Equal(most, ContinuousPlans.For(_medium, options, 2, 1_000_000).MaximalLanes);
    }

    private static ContinuousPlans For(PackedModel model, int threads) =>
        ContinuousPlans.For(model, new EngineOptions(), threads, 0);

    private static (int Groups, int Threads) Division(ThreadPlan plan) =>
        (plan.Groups, plan.ThreadsPerGroup);
}
