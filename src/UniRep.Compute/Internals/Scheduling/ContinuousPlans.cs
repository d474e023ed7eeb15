using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// How a continuous run divides its threads, depending on how many sequences there are. With few, threads share the steps
/// of one group, and each sequence is as fast as it can be. With many, there are as many groups as in any other run.
/// </summary>
internal sealed class ContinuousPlans
{
    /// <summary>There is one more group for each of this many sequences, until there are as many as in any other run.</summary>
    private const int SequencesPerGroup = 8;

    private readonly ThreadPlan[] _plans;

    private ContinuousPlans(ThreadPlan[] plans, int maximalLanes) =>
        (_plans, MaximalLanes) = (plans, maximalLanes);

    /// <summary>Gets the number of lanes of all groups, if all sequences are short.</summary>
    public int MaximalLanes { get; }

    public static ContinuousPlans For(
        PackedModel model,
        EngineOptions options,
        int threads,
        int maximalLanes
    )
    {
        var most = ThreadPlan.For(model, options, threads, int.MaxValue);
        var plans = new List<ThreadPlan> { most };
        for (var groups = most.Groups / 2; groups >= 1; groups /= 2)
        {
            var fewer = ThreadPlan.For(model, options, threads, groups);
            if (fewer.ThreadsPerGroup > plans[^1].ThreadsPerGroup)
            {
                plans.Add(fewer with { Lanes = most.Lanes });
            }
        }

        plans.Reverse();
        var lanes = most.Groups * most.Lanes;
        return new ContinuousPlans(
            [.. plans],
            maximalLanes == 0 ? lanes : Math.Min(maximalLanes, lanes)
        );
    }

    /// <summary>Chooses the plan for a number of sequences.</summary>
    /// <param name="current">The plan until now, which is kept unless another one is clearly better; null if none.</param>
    /// <param name="sequences">The number of sequences.</param>
    public ThreadPlan Next(ThreadPlan? current, int sequences)
    {
        var best = For(sequences);
        return current is { } plan && best.Groups < plan.Groups
            ? For(Math.Min(2 * sequences, plan.Groups * SequencesPerGroup))
            : best;
    }

    private ThreadPlan For(int sequences)
    {
        foreach (var plan in _plans)
        {
            if (sequences <= plan.Groups * SequencesPerGroup)
            {
                return plan;
            }
        }

        return _plans[^1];
    }
}
