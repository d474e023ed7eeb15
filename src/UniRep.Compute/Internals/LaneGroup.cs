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
    private readonly AlignedBuffer[] _tiles;
    private int _active;
    private long _untold;
    private int _steps;
    private bool _stopped;

    public LaneGroup(PackedModel model, Kernels kernels, Intake intake, int threads, int lanes)
    {
        _model = model;
        _kernels = kernels;
        _intake = intake;
        _team = new Team(threads);
        _states = new LaneStates(model.Shape, lanes);
        _slots = new Slot[lanes];
        _tokens = new int[lanes];
        _counters = new int[2 * model.Layers.Length];
        // Two tiles a member: deeper layers need x · wmx beside h · wmh.
        _tiles =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(_ => new AlignedBuffer(2L * lanes * PackedLayer.Columns)),
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
        Array.ForEach(_tiles, tile => tile.Dispose());
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

            if (++slot.Position == slot.Steps)
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
                _states.Reset(_active);
                _slots[_active++] = slot;
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
        var tile = _tiles[0].Pointer;
        for (var lane = 0; lane < _active; lane++)
        {
            _model.HeadBias.CopyTo(
                new Span<float>(tile + lane * PackedLayer.Columns, PackedLayer.Columns)
            );
        }

        var units = _model.Shape.Units;
        _kernels.Multiply(
            _states.H(^1),
            _states.Stride,
            _active,
            _model.Head,
            units,
            tile,
            _model.Head
        );
        for (var lane = 0; lane < _active; lane++)
        {
            new ReadOnlySpan<float>(tile + lane * PackedLayer.Columns, MlstmShape.Classes).CopyTo(
                _slots[lane].Logits.AsSpan(_slots[lane].Position * MlstmShape.Classes)
            );
        }
    }

    /// <summary>One step of all layers for all active lanes.</summary>
    private void Step(int rank)
    {
        for (var layer = 0; layer < _model.Layers.Length; layer++)
        {
            Multiplicative(layer, _tiles[rank].Pointer);
            _team.Wait();
            Gates(layer, _tiles[rank].Pointer);
            _team.Wait();
        }
    }

    /// <summary>m = (x · wmx) ⊙ (h · wmh), panel by panel.</summary>
    private void Multiplicative(int layer, float* tile)
    {
        var packed = _model.Layers[layer];
        var (units, stride, panels) = (packed.Units, _states.Stride, packed.MultiplicativePanels);
        var second = tile + _slots.Length * PackedLayer.Columns;
        for (int panel; (panel = _team.Next(ref _counters[2 * layer])) < panels; )
        {
            var next = Math.Min(panel + _team.Size, panels - 1);
            _kernels.Clear(tile, _active);
            _kernels.Multiply(
                _states.H(layer),
                stride,
                _active,
                packed.Wmh(panel),
                units,
                tile,
                packed.Wmh(next)
            );
            if (!packed.IsFirst)
            {
                _kernels.Clear(second, _active);
                var x = _states.H(layer - 1);
                _kernels.Multiply(
                    x,
                    stride,
                    _active,
                    packed.Wmx(panel),
                    units,
                    second,
                    packed.Wmx(next)
                );
            }

            for (var lane = 0; lane < _active; lane++)
            {
                var x = packed.IsFirst
                    ? packed.MultiplicativeRow(_tokens[lane], panel)
                    : second + lane * PackedLayer.Columns;
                _kernels.MultiplyRow(
                    tile,
                    lane,
                    x,
                    _states.M + lane * stride + panel * PackedLayer.Columns
                );
            }
        }
    }

    /// <summary>z = x · wx + m · wh + b and the gates, panel by panel; z never leaves the tile.</summary>
    private void Gates(int layer, float* tile)
    {
        var packed = _model.Layers[layer];
        var (units, stride, panels) = (packed.Units, _states.Stride, packed.GatePanels);
        for (int panel; (panel = _team.Next(ref _counters[2 * layer + 1])) < panels; )
        {
            var next = Math.Min(panel + _team.Size, panels - 1);
            for (var lane = 0; lane < _active; lane++)
            {
                _kernels.CopyRow(packed.GateRow(_tokens[lane], panel), tile, lane);
            }

            if (!packed.IsFirst)
            {
                var x = _states.H(layer - 1);
                _kernels.Multiply(
                    x,
                    stride,
                    _active,
                    packed.Wx(panel),
                    units,
                    tile,
                    packed.Wh(panel)
                );
            }

            _kernels.Multiply(
                _states.M,
                stride,
                _active,
                packed.Wh(panel),
                units,
                tile,
                packed.Wh(next)
            );
            _kernels.Gates(
                tile,
                _active,
                _states.TargetsOf(layer, panel * PackedLayer.UnitsPerPanel)
            );
        }
    }
}
