using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals;

/// <summary>
/// A team of threads and the lanes it computes side by side. Active lanes are always the first rows of every buffer: a
/// finished lane is refilled at once, or the last active lane moves into its row. The first member of the team decides
/// between steps; every member computes panels within them.
/// </summary>
internal sealed unsafe class LaneGroup : IDisposable
{
    private const int StepsBetweenReports = 64;
    private readonly PackedModel _model;
    private readonly Kernels _kernels;
    private readonly Intake _intake;
    private readonly Team _team;
    private readonly LaneStates _states;
    private readonly Slot[] _slots;
    private readonly int[] _tokens;
    private readonly int[] _counters;
    private readonly Product _product;
    private readonly Product _exact;
    private readonly Workbench[] _benches;
    private int _active;
    private long _untold;
    private int _steps;
    private bool _stopped;

    /// <summary>Positions computed so far, over all lanes.</summary>
    public long Positions { get; private set; }

    public LaneGroup(
        PackedModel model,
        Kernels kernels,
        Product product,
        Intake intake,
        int threads,
        int lanes
    )
    {
        _model = model;
        _kernels = kernels;
        _intake = intake;
        _team = new Team(threads);
        _states = new LaneStates(model.Shape, lanes);
        _slots = new Slot[lanes];
        _tokens = new int[lanes];
        _counters = new int[2 * model.Layers.Length];
        _product = product;
        _exact = kernels.ProductOf(Precision.Exact);
        _benches =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(_ => new Workbench(lanes, model.Shape.Units, model.Precision)),
        ];
    }

    /// <summary>Computes sequences until there are no more; every member of the team calls this with its rank.</summary>
    public void Work(int rank)
    {
        for (; ; )
        {
            if (rank == 0)
            {
                Schedule();
            }

            _team.Wait();
            if (_stopped)
            {
                return;
            }

            Step(rank);
        }
    }

    public void Dispose()
    {
        _states.Dispose();
        Array.ForEach(_benches, bench => bench.Dispose());
    }

    private void Schedule()
    {
        try
        {
            Finish();
            Fill();
        }
        catch (Exception exception)
        {
            _intake.Fail(exception);
        }

        _stopped = _active == 0 || _intake.IsStopped;
        Positions += _active;
        Array.Clear(_counters);
        for (var lane = 0; lane < _active; lane++)
        {
            _tokens[lane] = _slots[lane].NextToken;
        }
    }

    /// <summary>Takes the results of the step just done and closes the lanes that have ended.</summary>
    private void Finish()
    {
        if (_active > 0 && _intake.Outputs.HasFlag(Outputs.Logits))
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
        while (_active < _slots.Length)
        {
            if (_intake.Take() is { } slot)
            {
                Enter(_active++, slot);
            }
            else if (_active > 0 || !_intake.MayContinue)
            {
                return;
            }
            else
            {
                // Another group still computes what must be delivered before more may be read.
                Thread.Sleep(1);
            }
        }
    }

    private void ComputeLogits()
    {
        var bench = _benches[0];
        var tile = bench.Tile;
        for (var lane = 0; lane < _active; lane++)
        {
            _model.HeadBias.CopyTo(
                new Span<float>(tile + lane * PackedMatrix.Columns, PackedMatrix.Columns)
            );
        }

        _exact.Read(_states.H(^1), _states.Stride, _model.Shape.Units, _active, bench.Floats);
        _exact.MultiplyAdd(
            bench.Floats,
            _active,
            _model.Head,
            0,
            _model.Head.Panel(0),
            tile,
            bench.Scratch
        );
        for (var lane = 0; lane < _active; lane++)
        {
            new ReadOnlySpan<float>(tile + lane * PackedMatrix.Columns, MlstmShape.Classes).CopyTo(
                _slots[lane].Logits.AsSpan(_slots[lane].Position * MlstmShape.Classes)
            );
        }
    }

    /// <summary>One step of all layers for all active lanes.</summary>
    private void Step(int rank)
    {
        for (var layer = 0; layer < _model.Layers.Length; layer++)
        {
            Multiplicative(layer, _benches[rank]);
            _team.Wait();
            Gates(layer, _benches[rank]);
            _team.Wait();
        }
    }

    /// <summary>m = (x · wmx) ⊙ (h · wmh), panel by panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiplicative(int layer, Workbench bench)
    {
        var packed = _model.Layers[layer];
        var (stride, panels) = (_states.Stride, packed.MultiplicativePanels);
        _product.Read(_states.H(layer), stride, packed.Units, _active, bench.State);
        if (packed.Wmx is not null)
        {
            _product.Read(_states.H(layer - 1), stride, packed.Units, _active, bench.Input);
        }

        for (int panel; (panel = _team.Next(ref _counters[2 * layer])) < panels; )
        {
            var next = Math.Min(panel + _team.Size, panels - 1);
            _kernels.Clear(bench.Tile, _active);
            Add(bench, bench.State, packed.Wmh, panel, packed.Wmh.Panel(next), bench.Tile);
            if (packed.Wmx is { } wmx)
            {
                _kernels.Clear(bench.Second, _active);
                Add(bench, bench.Input, wmx, panel, wmx.Panel(next), bench.Second);
            }

            for (var lane = 0; lane < _active; lane++)
            {
                var x = packed.Wmx is null
                    ? packed.MultiplicativeRow(_tokens[lane], panel)
                    : bench.Second + lane * PackedMatrix.Columns;
                _kernels.MultiplyRow(
                    bench.Tile,
                    lane,
                    x,
                    _states.M + lane * stride + panel * PackedMatrix.Columns
                );
            }
        }
    }

    /// <summary>z = x · wx + m · wh + b and the gates, panel by panel; z never leaves the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gates(int layer, Workbench bench)
    {
        var packed = _model.Layers[layer];
        var panels = packed.GatePanels;
        _product.Read(_states.M, _states.Stride, packed.Units, _active, bench.State);
        for (int panel; (panel = _team.Next(ref _counters[2 * layer + 1])) < panels; )
        {
            var next = Math.Min(panel + _team.Size, panels - 1);
            for (var lane = 0; lane < _active; lane++)
            {
                _kernels.CopyRow(packed.GateRow(_tokens[lane], panel), bench.Tile, lane);
            }

            if (packed.Wx is { } wx)
            {
                Add(bench, bench.Input, wx, panel, packed.Wh.Panel(panel), bench.Tile);
            }

            Add(bench, bench.State, packed.Wh, panel, packed.Wh.Panel(next), bench.Tile);
            _kernels.Gates(
                bench.Tile,
                _active,
                _states.TargetsOf(layer, panel * PackedLayer.UnitsPerPanel)
            );
        }
    }

    private void Add(
        Workbench bench,
        Operand rows,
        PackedMatrix matrix,
        int panel,
        float* next,
        float* tile
    ) => _product.MultiplyAdd(rows, _active, matrix, panel, next, tile, bench.Scratch);
}
