using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The parts of one run that all its groups share.</summary>
internal sealed class SequenceRun : ILaneWork
{
    private readonly SourceReader _reader;

    public SequenceRun(
        PackedModel model,
        ISequenceSource source,
        ISequenceSink sink,
        Outputs outputs,
        EngineOptions options,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
        : this(
            model.Shape,
            source,
            sink,
            outputs,
            new RunLimits(options.ChunkBytes, options.StateBytes),
            progress,
            cancellation
        ) { }

    public SequenceRun(
        MlstmShape shape,
        ISequenceSource source,
        ISequenceSink sink,
        Outputs outputs,
        RunLimits limits,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
    {
        State = new RunState(cancellation);
        Progress = new ProgressReporter(progress);
        _reader = new SourceReader(source, shape, outputs, limits, State);
        Delivery = new OrderedDelivery(sink, shape.Units, State, _reader);
        Queue = new RunQueue(shape, outputs, limits, State, _reader, Delivery);
    }

    public RunState State { get; }

    public RunQueue Queue { get; }

    public OrderedDelivery Delivery { get; }

    public ProgressReporter Progress { get; }

    public int LanesPerGroup => Queue.LanesPerGroup;

    /// <summary>Gets whether lanes must stop for now: the run has ended, or the sink is full.</summary>
    public bool MustStop => State.IsStopped || Delivery.IsFull;

    public LaneSupply Supply => Queue.Supply;

    /// <summary>Delivers what waits for the sink, then waits for something to compute.</summary>
    /// <returns>False if the run is done or stopped, or if the sink is full.</returns>
    public bool Resume()
    {
        Delivery.Resume();
        return Queue.WaitForWork();
    }

    /// <summary>Takes a sequence that is done, and delivers what is ready.</summary>
    public void Complete(Slot slot)
    {
        Queue.Complete(slot);
        Delivery.Deliver();
    }

    public Slot? Take() => Queue.Take();

    public bool WaitForChange() => Queue.WaitForChange();

    /// <summary>Does nothing: every sequence of a run is wanted.</summary>
    public void Drop(Slot slot) { }

    public void Split(BranchPoint branch, int size, Action<float[]> save) =>
        Queue.Split(branch, size, save);

    public void ReleaseState(BranchPoint branch) => Queue.ReleaseState(branch);

    public void CountPositions(int positions) => State.CountPositions(positions);

    public void CountResidues(long residues) => Progress.Add(residues);

    public void Fail(Exception exception) => State.Fail(exception);

    /// <summary>Ends the run, and waits for a thread that reads the source, but not longer than a timeout.</summary>
    public void Close(TimeSpan timeout)
    {
        State.Close();
        _reader.WaitUntilIdle(timeout);
    }
}
