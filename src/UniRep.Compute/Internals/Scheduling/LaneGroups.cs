using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The groups of threads that a run is divided into.</summary>
internal sealed class LaneGroups : IDisposable
{
    private readonly ILaneWork _work;
    private readonly ThreadPlan _plan;
    private readonly List<LaneGroup> _groups;

    public LaneGroups(
        PackedModel model,
        Kernels kernels,
        Product product,
        ILaneWork work,
        ThreadPlan plan,
        ThreadCountTuner tuner
    )
    {
        (_work, _plan, Tuner) = (work, plan, tuner);
        _groups = new List<LaneGroup>(plan.Groups);
        try
        {
            for (var group = 0; group < plan.Groups; group++)
            {
                var own = group == 0 ? tuner : new ThreadCountTuner(plan.ThreadsPerGroup);
                _groups.Add(new LaneGroup(model, kernels, product, work, own, plan.Lanes));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the tuner of the first group.</summary>
    public ThreadCountTuner Tuner { get; }

    /// <summary>
    /// Takes the lanes of other groups, and shares all lanes out evenly, while no group works.
    /// </summary>
    public void TakeLanes(LaneGroups? others)
    {
        var sources = others is null || others == this ? _groups : [.. others._groups, .. _groups];
        foreach (var source in sources)
        {
            while (
                source.Active > 0
                && _groups.MinBy(group => group.Active) is { } target
                && (!_groups.Contains(source) || target.Active + 1 < source.Active)
            )
            {
                source.MoveLaneTo(target);
            }
        }
    }

    /// <summary>
    /// Computes until there are no more sequences for now. An exception on any thread ends all of them and is thrown here.
    /// </summary>
    public void Work()
    {
        _groups.ForEach(group => group.Resume());
        WorkerThreads.Run(
            _plan.Groups * _plan.ThreadsPerGroup,
            rank => _groups[rank % _plan.Groups].Work(rank / _plan.Groups),
            exception =>
            {
                _work.Fail(exception);
                _groups.ForEach(group => group.Break());
            }
        );
    }

    public void Dispose() => _groups.ForEach(group => group.Dispose());
}
