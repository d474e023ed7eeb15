using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The lanes of a continuous run. The outputs of a batch are fixed when it is made, so sequences that want other outputs
/// get a batch of their own, the first time that there is one. The batches compute in turns.
/// </summary>
internal sealed class ContinuousCudaLanes : IDisposable
{
    private readonly BatchPool _pool;
    private readonly Dictionary<Outputs, Group> _groups = [];

    /// <summary>Makes the lanes for sequences without further outputs.</summary>
    /// <exception cref="CudaException">The device has too little memory, among others.</exception>
    public ContinuousCudaLanes(BatchPool pool, MlstmShape shape, ContinuousRunOptions options)
    {
        _pool = pool;
        var batch = pool.Rent(Outputs.Vectors);
        // Half as many wait beside the rows: a row that is free in the plan gets the next at once, long before the result
        // of the last is there.
        Queue = new ContinuousQueue(
            shape,
            options.MaximalWaitingResidues,
            options.MaximalLanes == 0 ? batch.Rows + batch.Rows / 2 : options.MaximalLanes
        );
        Add(Outputs.Vectors, batch);
    }

    /// <summary>Gets the sequences.</summary>
    public ContinuousQueue Queue { get; }

    /// <summary>Computes until the run has ended.</summary>
    public void Work()
    {
        while (Queue.WaitForWork())
        {
            Queue.Begin(1, int.MaxValue, _ => false);
            bool isBusy;
            do
            {
                TakeAll();
                isBusy = false;
                foreach (var group in _groups.Values)
                {
                    isBusy |= group.Lanes.Advance();
                }
            } while (isBusy);
        }
    }

    public void Dispose()
    {
        foreach (var (outputs, group) in _groups)
        {
            _pool.Return(group.Batch, outputs, group.Lanes.IsBroken);
        }
    }

    /// <summary>Takes what may take a lane, and sorts it by outputs.</summary>
    private void TakeAll()
    {
        while (Queue.Take() is ContinuousSlot slot)
        {
            try
            {
                var outputs = slot.Request.Outputs;
                var group = _groups.TryGetValue(outputs, out var known)
                    ? known
                    : Add(outputs, _pool.Rent(outputs));
                group.Work.Add(slot);
            }
            catch (CudaException exception) when (exception.IsOutOfMemory)
            {
                Queue.Fail(slot, exception);
            }
        }
    }

    private Group Add(Outputs outputs, ICudaBatch batch)
    {
        var work = new OutputWork(Queue);
        var group = new Group(batch, work, new CudaLanes(batch, work));
        _groups.Add(outputs, group);
        return group;
    }

    private sealed record Group(ICudaBatch Batch, OutputWork Work, CudaLanes Lanes);
}
