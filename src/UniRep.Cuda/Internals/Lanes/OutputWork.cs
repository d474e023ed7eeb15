using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>The sequences of a continuous run that want the same outputs.</summary>
internal sealed class OutputWork(ContinuousQueue queue) : ILaneWork
{
    private readonly Queue<Slot> _taken = new();

    public int LanesPerGroup => int.MaxValue;

    public bool MustStop => queue.MustStop;

    /// <summary>Adds a sequence that was taken from the queue.</summary>
    public void Add(Slot slot) => _taken.Enqueue(slot);

    public Slot? Take()
    {
        while (_taken.TryDequeue(out var slot))
        {
            if (!slot.IsUnwanted)
            {
                return slot;
            }

            queue.Drop(slot);
        }

        return null;
    }

    /// <summary>Does not wait: sequences come through <see cref="Add"/>, on the same thread.</summary>
    public bool WaitForChange() => false;

    public void Complete(Slot slot) => queue.Complete(slot);

    public void Drop(Slot slot) => queue.Drop(slot);

    public void Split(BranchPoint branch, int size, Action<float[]> save) =>
        queue.Split(branch, size, save);

    public void ReleaseState(BranchPoint branch) => queue.ReleaseState(branch);

    public void CountPositions(int positions) => queue.CountPositions(positions);

    public void CountResidues(long residues) => queue.CountResidues(residues);

    public void Fail(Exception exception) => queue.Fail(exception);
}
