using System.Diagnostics;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// A group of threads, and the lanes that it computes side by side. Active lanes are always the first rows of every buffer:
/// a lane that is done takes the next sequence, or the last active lane moves into its row. The first thread schedules
/// between steps; all threads compute panels in a step.
/// </summary>
internal sealed unsafe class LaneGroup : IDisposable
{
    private const int StepsBetweenReports = 64;
    private readonly PackedModel _model;
    private readonly ILaneWork _work;
    private readonly LaneStates _states;
    private readonly LaneReader _reader;
    private readonly Slot[] _slots;
    private readonly LaneStep _step;
    private readonly ThreadCountTuner _tuner;

    /// <summary>The number of threads that share a step. The other threads wait until it changes.</summary>
    private readonly WaitableValue _threads = new();
    private int _active;
    private long _unreported;
    private int _steps;
    private volatile bool _stopped;
    private bool _isInStep;

    public LaneGroup(
        PackedModel model,
        Kernels kernels,
        Product product,
        ILaneWork work,
        ThreadCountTuner tuner,
        int lanes
    )
    {
        _model = model;
        _work = work;
        _tuner = tuner;
        _states = new LaneStates(model.Shape, lanes);
        _reader = new LaneReader(model, _states);
        _slots = new Slot[lanes];
        _step = new LaneStep(model, kernels, product, _states, lanes, tuner.MaximalThreads);
    }

    /// <summary>
    /// Computes sequences until there are no more for now. Every thread of the group calls it with its rank. Lanes keep their
    /// states from one call to the next.
    /// </summary>
    public void Work(int rank)
    {
        if (rank == 0)
        {
            Lead();
        }
        else
        {
            Help(rank);
        }
    }

    /// <summary>Prepares another call of <see cref="Work"/>, before any thread makes it.</summary>
    public void Resume() => _stopped = false;

    /// <summary>Ends the work of all threads, because one of them failed.</summary>
    public void Break()
    {
        _step.Break();
        _threads.Break();
    }

    /// <summary>Gets the number of sequences in lanes.</summary>
    public int Active => _active;

    /// <summary>Moves the last active lane to another group, while neither works.</summary>
    public void MoveLaneTo(LaneGroup other)
    {
        var (from, to) = (--_active, other._active++);
        other._slots[to] = _slots[from];
        _states.CopyTo(from, other._states, to);
    }

    public void Dispose()
    {
        _states.Dispose();
        _step.Dispose();
    }

    private void Lead()
    {
        for (; ; )
        {
            Schedule();
            if (_stopped)
            {
                _threads.Set(_tuner.MaximalThreads);
                _step.End();
                return;
            }

            var threads = _tuner.Threads;
            if (_threads.Value != threads)
            {
                _threads.Set(threads);
            }

            _step.Begin(_active, threads);
            if (_tuner.MaximalThreads == 1)
            {
                _step.Run(0);
                continue;
            }

            var start = Stopwatch.GetTimestamp();
            _step.Run(0);
            var ticks = Stopwatch.GetTimestamp() - start;
            _step.SpinFor(ticks);
            _tuner.Record(_active, ticks, _step.TakeBlocked());
        }
    }

    private void Help(int rank)
    {
        for (; ; )
        {
            // The end of the work sets the flag before it changes the phase, so the phase is read first.
            var phase = _step.Phase;
            if (_stopped)
            {
                return;
            }

            var threads = _threads.Value;
            if (rank >= threads)
            {
                _threads.WaitWhile(threads, 0);
            }
            else
            {
                _step.WaitForStep(phase);
                _step.Run(rank);
            }
        }
    }

    private void Schedule()
    {
        try
        {
            if (_isInStep)
            {
                _isInStep = false;
                Finish();
            }

            Fill();
        }
        catch (Exception exception)
        {
            _work.Fail(exception);
        }

        _stopped = _active == 0 || _work.MustStop;
        if (_stopped)
        {
            return;
        }

        _isInStep = true;
        _work.CountPositions(_active);
        for (var lane = 0; lane < _active; lane++)
        {
            _step.Tokens[lane] = _slots[lane].NextToken;
        }
    }

    /// <summary>Takes the results of the last step, and completes the sequences that have ended.</summary>
    private void Finish()
    {
        var logits = ComputeLogits();
        var report = ++_steps % StepsBetweenReports == 0;
        for (var lane = _active - 1; lane >= 0; lane--)
        {
            var slot = _slots[lane];
            if (slot.IsUnwanted)
            {
                Leave(lane);
                _work.Drop(slot);
                continue;
            }

            _unreported += slot.Position > 0 ? slot.Copies : 0;
            var output = new StepOutput(_reader, lane, slot.Position + 1, LogitsOf(logits, lane));
            slot.Keep(output);
            slot.Position++;
            while (slot.Branches.TryPeek(out var branch) && branch.Positions == slot.Position)
            {
                slot.Branches.Pop();
                Split(lane, branch);
            }

            if (slot.HasEnded)
            {
                slot.KeepVectors(output);
                Leave(lane);
                _work.Complete(slot);
                report = true;
            }
        }

        if (report && _unreported > 0)
        {
            _work.CountResidues(_unreported);
            _unreported = 0;
        }
    }

    /// <summary>Completes the sequences that end at a branch point of a lane, and makes the others ready.</summary>
    private void Split(int lane, BranchPoint branch)
    {
        _work.Split(branch, _states.Size, state => _states.Save(lane, state));
        foreach (var slot in branch.Complete)
        {
            slot.Position = slot.Steps;
            slot.CopyRows(branch.Trunk, branch.Positions, _model.Shape.Units);
            _states.CopyVectors(lane, slot.Steps, slot.Vectors);
            _unreported += (long)slot.Tokens.Length * slot.Copies;
            _work.Complete(slot);
        }
    }

    /// <summary>Puts a sequence into a lane, at the start token or at a saved state.</summary>
    private void Enter(Slot slot)
    {
        var lane = _active++;
        _slots[lane] = slot;
        if (slot.Position == 0)
        {
            _states.Reset(lane);
            return;
        }

        _states.Restore(lane, slot.Beginning);
        if (slot.Origin is { } branch)
        {
            slot.CopyRows(branch.Trunk, branch.Positions, _model.Shape.Units);
            _unreported += (branch.Positions - 1L) * slot.Copies;
            _work.ReleaseState(branch);
        }

        slot.Begin(_reader, lane);
        if (slot.HasEnded)
        {
            Leave(lane);
            _work.Complete(slot);
        }
    }

    /// <summary>Frees the row of a lane: the last active lane moves into it.</summary>
    private void Leave(int lane)
    {
        _active--;
        if (lane != _active)
        {
            _slots[lane] = _slots[_active];
            _states.Move(_active, lane);
        }
    }

    private void Fill()
    {
        while (_active < Math.Min(_slots.Length, _work.LanesPerGroup))
        {
            if (_work.Take() is { } slot)
            {
                Enter(slot);
            }
            else if (_active > 0 || !_work.WaitForChange())
            {
                return;
            }
        }
    }

    /// <summary>Computes the logits of the last step, if a sequence in a lane needs them; null if none does.</summary>
    private float* ComputeLogits() =>
        Array.FindIndex(_slots, 0, _active, static slot => slot.NeedsLogits) < 0
            ? null
            : _step.Logits();

    private static ReadOnlySpan<float> LogitsOf(float* logits, int lane) =>
        logits is null
            ? []
            : new ReadOnlySpan<float>(logits + lane * PackedMatrix.Columns, MlstmShape.Classes);
}
