using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The sequences of a stepwise run: hands them from the source to the lanes.</summary>
internal sealed class StepwiseQueue(
    PackedModel model,
    IStepwiseSource source,
    CancellationToken cancellation
) : ILaneWork
{
    private int _underWay;

    /// <summary>Counts the sequences that have ended, each of which may have made others ready.</summary>
    private long _ended;

    /// <summary>The value of <see cref="_ended"/> when the source had no sequence.</summary>
    private long _emptyAt = -1;
    private volatile bool _isPaused;

    public RunState State { get; } = new(cancellation);

    /// <summary>Gets or sets the number of lanes of each group.</summary>
    public int LanesPerGroup { get; set; } = 1;

    public bool MustStop => _isPaused || State.IsStopped;

    /// <summary>Gets whether the source paused the run.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>Prepares to compute, while no group works.</summary>
    public void Resume() => _isPaused = false;

    public Slot? Take()
    {
        lock (State.Lock)
        {
            PauseIfAsked();
            if (MustStop)
            {
                return null;
            }

            if (source.Take() is not { } sequence)
            {
                _emptyAt = _ended;
                return null;
            }

            var slot = new StepwiseSlot(sequence, model);
            _underWay++;
            return slot;
        }
    }

    public bool WaitForChange()
    {
        lock (State.Lock)
        {
            if (!MustStop && _emptyAt == _ended && _underWay > 0)
            {
                Monitor.Wait(State.Lock);
                return !MustStop;
            }

            return !MustStop && _emptyAt != _ended;
        }
    }

    public void Complete(Slot slot)
    {
        lock (State.Lock)
        {
            _underWay--;
            _ended++;
            PauseIfAsked();
            Monitor.PulseAll(State.Lock);
        }
    }

    public void CountPositions(int positions) => State.CountPositions(positions);

    public void CountResidues(long residues) { }

    public void Fail(Exception exception) => State.Fail(exception);

    public void Drop(Slot slot) => throw new NotSupportedException();

    public void Split(BranchPoint branch, int size, Action<float[]> save) =>
        throw new NotSupportedException();

    public void ReleaseState(BranchPoint branch) => throw new NotSupportedException();

    private void PauseIfAsked()
    {
        if (source.IsPaused)
        {
            _isPaused = true;
            Monitor.PulseAll(State.Lock);
        }
    }
}
