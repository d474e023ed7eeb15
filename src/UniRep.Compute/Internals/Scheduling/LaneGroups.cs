using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The groups of threads that a run is divided into.</summary>
internal sealed class LaneGroups : IDisposable
{
    private readonly Intake _intake;
    private readonly Plan _plan;
    private readonly List<LaneGroup> _groups;

    public LaneGroups(
        PackedModel model,
        Kernels kernels,
        Product product,
        Intake intake,
        Plan plan,
        Pace pace
    )
    {
        (_intake, _plan, Pace) = (intake, plan, pace);
        _groups = new List<LaneGroup>(plan.Groups);
        try
        {
            for (var group = 0; group < plan.Groups; group++)
            {
                var own = group == 0 ? pace : new Pace(plan.ThreadsPerGroup);
                _groups.Add(new LaneGroup(model, kernels, product, intake, own, plan.Lanes));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets what the first group learnt of the machine.</summary>
    public Pace Pace { get; }

    /// <summary>Gets how many positions lanes have computed.</summary>
    public long Positions => _groups.Sum(group => group.Positions);

    /// <summary>
    /// Computes until there are no more sequences for now. An exception on any of the threads ends all of them and comes
    /// out here.
    /// </summary>
    public void Work()
    {
        _groups.ForEach(group => group.Resume());
        Crew.Run(
            _plan.Groups * _plan.ThreadsPerGroup,
            member => _groups[member % _plan.Groups].Work(member / _plan.Groups),
            exception =>
            {
                _intake.Fail(exception);
                _groups.ForEach(group => group.Break());
            }
        );
    }

    public void Dispose() => _groups.ForEach(group => group.Dispose());
}
