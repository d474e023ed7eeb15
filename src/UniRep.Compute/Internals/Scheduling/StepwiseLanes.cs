namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Computes a stepwise run in lanes.</summary>
/// <param name="queue">The sequences.</param>
/// <param name="divide">Divides the threads into groups, once.</param>
/// <param name="leave">Called with the groups when the run has ended; null if there are none.</param>
internal sealed class StepwiseLanes(
    StepwiseQueue queue,
    Func<LaneGroups> divide,
    Action<LaneGroups?> leave
) : IStepwiseWork
{
    private LaneGroups? _groups;

    public long Positions => queue.State.Positions;

    public bool Advance()
    {
        queue.State.ThrowIfFailed();
        queue.Resume();
        _groups ??= divide();
        _groups.TakeLanes(null);
        _groups.Work();
        queue.State.ThrowIfFailed();
        return !queue.IsPaused;
    }

    public void Close()
    {
        queue.State.Close();
        leave(_groups);
        _groups?.Dispose();
    }
}
