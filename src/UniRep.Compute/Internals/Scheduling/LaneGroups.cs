using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The groups of threads that a run is divided into.</summary>
internal sealed class LaneGroups : IDisposable
{
    private readonly SequenceRun _run;
    private readonly ThreadPlan _plan;
    private readonly List<LaneGroup> _groups;

    public LaneGroups(
        PackedModel model,
        Kernels kernels,
        Product product,
        SequenceRun run,
        ThreadPlan plan,
        ThreadCountTuner tuner
    )
    {
        (_run, _plan, Tuner) = (run, plan, tuner);
        _groups = new List<LaneGroup>(plan.Groups);
        try
        {
            for (var group = 0; group < plan.Groups; group++)
            {
                var own = group == 0 ? tuner : new ThreadCountTuner(plan.ThreadsPerGroup);
                _groups.Add(new LaneGroup(model, kernels, product, run, own, plan.Lanes));
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
                _run.State.Fail(exception);
                _groups.ForEach(group => group.Break());
            }
        );
    }

    public void Dispose() => _groups.ForEach(group => group.Dispose());
}
