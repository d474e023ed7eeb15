using System.Diagnostics;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// A team of threads and the lanes it computes side by side. Active lanes are always the first rows of every buffer: a
/// finished lane is refilled at once, or the last active lane moves into its row. The first member of the team decides
/// between steps; every member computes panels within them.
/// </summary>
internal sealed unsafe class LaneGroup : IDisposable
{
    private const int StepsBetweenReports = 64;
    private readonly PackedModel _model;
    private readonly Intake _intake;
    private readonly LaneStates _states;
    private readonly Slot[] _slots;
    private readonly LaneStep _step;
    private readonly Pace _pace;
    private readonly Gate _wanted = new();
    private int _active;
    private long _untold;
    private int _steps;
    private volatile bool _stopped;
    private bool _isInStep;

    /// <summary>Positions computed so far, over all lanes.</summary>
    public long Positions { get; private set; }

    public LaneGroup(
        PackedModel model,
        Kernels kernels,
        Product product,
        Intake intake,
        Pace pace,
        int lanes
    )
    {
        _model = model;
        _intake = intake;
        _pace = pace;
        _states = new LaneStates(model.Shape, lanes);
        _slots = new Slot[lanes];
        _step = new LaneStep(model, kernels, product, _states, lanes, pace.Size);
    }

    /// <summary>
    /// Computes sequences until there are no more for now; every member of the team calls this with its rank. Lanes keep
    /// their states from one call to the next.
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

    /// <summary>Makes ready for another call of <see cref="Work"/>, before any member makes it.</summary>
    public void Resume() => _stopped = false;

    /// <summary>Lets every member stop, because one of them failed.</summary>
    public void Break()
    {
        _step.Break();
        _wanted.Break();
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
                _wanted.Set(_pace.Size);
                _step.End();
                return;
            }

            var members = _pace.Members;
            if (_wanted.Number != members)
            {
                _wanted.Set(members);
            }

            _step.Begin(_active, members);
            if (_pace.Size == 1)
            {
                _step.Run(0);
                continue;
            }

            var start = Stopwatch.GetTimestamp();
            _step.Run(0);
            var ticks = Stopwatch.GetTimestamp() - start;
            _step.SpinFor(ticks);
            _pace.Note(_active, ticks, _step.TakeBlocked());
        }
    }

    private void Help(int rank)
    {
        for (; ; )
        {
            // Before the look at what the end changes first.
            var phase = _step.Phase;
            if (_stopped)
            {
                return;
            }

            var wanted = _wanted.Number;
            if (rank >= wanted)
            {
                _wanted.WaitWhile(wanted, 0);
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
            _intake.Fail(exception);
        }

        _stopped = _active == 0 || _intake.IsStopped || _intake.IsPaused;
        if (_stopped)
        {
            return;
        }

        _isInStep = true;
        Positions += _active;
        _intake.Count(_active);
        for (var lane = 0; lane < _active; lane++)
        {
            _step.Tokens[lane] = _slots[lane].NextToken;
        }
    }

    /// <summary>Takes the results of the step just done and closes the lanes that have ended.</summary>
    private void Finish()
    {
        if (_intake.Outputs.HasFlag(Outputs.Logits))
        {
            ComputeLogits();
        }

        var tell = ++_steps % StepsBetweenReports == 0;
        for (var lane = _active - 1; lane >= 0; lane--)
        {
            var slot = _slots[lane];
            _untold += slot.Position > 0 ? slot.Copies : 0;
            if (slot.HiddenStates is { } hidden)
            {
                var units = _model.Shape.Units;
                _states.TopH(lane).CopyTo(hidden.AsSpan(slot.Position * units, units));
            }

            slot.Position++;
            while (slot.Forks.TryPeek(out var fork) && fork.Positions == slot.Position)
            {
                slot.Forks.Pop();
                Part(lane, fork);
            }

            if (slot.Position == slot.Steps)
            {
                _states.CopyVectors(lane, slot.Steps, slot.Vectors);
                Leave(lane);
                _intake.Return(slot);
                tell = true;
            }
        }

        if (tell && _untold > 0)
        {
            _intake.Advance(_untold);
            _untold = 0;
        }
    }

    /// <summary>Lets the sequences that part here from the one in a lane end, or begin by themselves.</summary>
    private void Part(int lane, Fork fork)
    {
        _intake.Part(fork, _states.Size, state => _states.Save(lane, state));
        foreach (var slot in fork.Ended)
        {
            slot.Position = slot.Steps;
            slot.CopyRows(fork.Stem, fork.Positions, _model.Shape.Units);
            _states.CopyVectors(lane, slot.Steps, slot.Vectors);
            _untold += (long)slot.Tokens.Length * slot.Copies;
            _intake.Return(slot);
        }
    }

    /// <summary>Puts a sequence into a lane, at start or where it forks off.</summary>
    private void Enter(int lane, Slot slot)
    {
        _slots[lane] = slot;
        if (slot is { Position: > 0, Origin: { } fork })
        {
            _states.Restore(lane, fork.State);
            slot.CopyRows(fork.Stem, fork.Positions, _model.Shape.Units);
            _untold += (fork.Positions - 1L) * slot.Copies;
            _intake.Release(fork);
        }
        else
        {
            _states.Reset(lane);
        }
    }

    /// <summary>Frees a lane's row by moving the last active lane into it.</summary>
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
        while (_active < Math.Min(_slots.Length, _intake.Share))
        {
            if (_intake.Take() is { } slot)
            {
                Enter(_active++, slot);
            }
            else if (_active > 0 || !_intake.Wait())
            {
                return;
            }
        }
    }

    private void ComputeLogits()
    {
        var logits = _step.Logits();
        for (var lane = 0; lane < _active; lane++)
        {
            new ReadOnlySpan<float>(
                logits + lane * PackedMatrix.Columns,
                MlstmShape.Classes
            ).CopyTo(_slots[lane].Logits.AsSpan(_slots[lane].Position * MlstmShape.Classes));
        }
    }
}
