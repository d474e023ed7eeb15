using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The lanes of a run on a device. While the device computes a chunk, the next one is planned and the results of the last
/// one are handed over. For one thread at a time.
/// </summary>
internal sealed class CudaLanes
{
    private readonly ILaneWork _work;
    private readonly ChunkPlanner _planner;
    private ChunkPlan? _onDevice;
    private ChunkPlan _spare;
    private ChunkPlan _other;

    /// <summary>Makes lanes without sequences.</summary>
    /// <param name="batch">The rows, which no other lanes use at the same time.</param>
    /// <param name="work">Where sequences come from and go to.</param>
    public CudaLanes(ICudaBatch batch, ILaneWork work)
    {
        _work = work;
        _planner = new ChunkPlanner(batch, work);
        _spare = new ChunkPlan(batch.Units);
        _other = new ChunkPlan(batch.Units);
    }

    /// <summary>Gets whether the device may hold work whose end was not waited for, because of an exception.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// Computes until there is nothing to do for now, or the work must stop. The rows keep their states from one call to the
    /// next. An exception ends the work; it is not thrown.
    /// </summary>
    public void Work()
    {
        try
        {
            while (Advance() || (!_work.MustStop && _work.WaitForChange())) { }
        }
        catch (Exception exception)
        {
            _work.Fail(exception);
        }
    }

    /// <summary>Starts one more chunk, unless the work must stop, then hands over the results of the one before.</summary>
    /// <returns>False if nothing is on the device and nothing was started.</returns>
    public bool Advance()
    {
        IsBroken = true;
        var last = _onDevice;
        _onDevice = _work.MustStop ? null : Start();
        if (last is not null)
        {
            last.Chunk.Wait();
            last.Complete(_work);
        }

        IsBroken = false;
        return last is not null || _onDevice is not null;
    }

    /// <summary>Plans and starts the next chunk; null if there is no sequence for now.</summary>
    private ChunkPlan? Start()
    {
        var plan = _spare;
        plan.Clear();
        if (!_planner.TryPlan(plan))
        {
            return null;
        }

        (_spare, _other) = (_other, plan);
        _work.CountPositions(plan.Positions);
        plan.Chunk.Submit();
        return plan;
    }
}
