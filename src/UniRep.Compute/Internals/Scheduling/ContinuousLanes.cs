using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The lanes of a continuous run, in groups that suit the number of sequences.</summary>
internal sealed class ContinuousLanes(
    PackedModel model,
    Kernels kernels,
    Product product,
    ContinuousQueue queue,
    ContinuousPlans plans
) : IDisposable
{
    private readonly Dictionary<ThreadPlan, LaneGroups> _byPlan = [];
    private LaneGroups? _current;

    /// <summary>Computes until the run has ended.</summary>
    public void Work()
    {
        ThreadPlan? last = null;
        while (queue.WaitForWork())
        {
            var plan = plans.Next(last, queue.WantedLanes);
            last = plan;
            if (!_byPlan.TryGetValue(plan, out var groups))
            {
                var tuner = new ThreadCountTuner(plan.ThreadsPerGroup);
                groups = new LaneGroups(model, kernels, product, queue, plan, tuner);
                _byPlan.Add(plan, groups);
            }

            groups.TakeLanes(_current);
            _current = groups;
            queue.Begin(
                plan.Groups,
                plan.Lanes,
                sequences => sequences > 0 && plans.Next(plan, sequences) != plan
            );
            groups.Work();
        }
    }

    public void Dispose()
    {
        foreach (var groups in _byPlan.Values)
        {
            groups.Dispose();
        }
    }
}
