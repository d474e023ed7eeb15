using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The arithmetic of one step of all active lanes. The threads of a group share the panels of each matrix.</summary>
internal sealed unsafe class LaneStep : IDisposable
{
    private readonly PackedModel _model;
    private readonly Kernels _kernels;
    private readonly Product _product;
    private readonly Product _exact;
    private readonly LaneStates _states;
    private readonly PanelQueue _panels;
    private readonly StepScratch[] _scratch;
    private readonly int[] _firstRow;
    private readonly int[] _ownRow;
    private int _active;

    public LaneStep(
        PackedModel model,
        Kernels kernels,
        Product product,
        LaneStates states,
        int lanes,
        int threads
    )
    {
        _model = model;
        _kernels = kernels;
        _product = product;
        _exact = kernels.ProductOf(Precision.Exact);
        _states = states;
        _panels = new PanelQueue(
            [
                .. model.Layers.SelectMany(layer =>
                    (int[])[layer.MultiplicativePanels, layer.GatePanels]
                ),
            ],
            threads
        );
        _scratch =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(_ => new StepScratch(lanes, model.Shape.Units, model.Precision)),
        ];
        Tokens = new int[lanes];
        _firstRow = new int[lanes];
        _ownRow = [.. Enumerable.Range(0, lanes)];
    }

    /// <summary>Gets the token of each lane in this step.</summary>
    public int[] Tokens { get; }

    /// <summary>Begins a step. Called by one thread, between two steps.</summary>
    /// <param name="active">The number of active lanes.</param>
    /// <param name="threads">The number of threads that share the step.</param>
    public void Begin(int active, int threads)
    {
        _active = active;
        _panels.Begin(threads);
    }

    /// <summary>Wakes the threads that wait for a step, because there is none for now.</summary>
    public void End() => _panels.WakeAll();

    /// <summary>Ends all waiting, now and later, because a thread failed.</summary>
    public void Break() => _panels.Break();

    /// <summary>Sets the time to spin to one that suits steps of some duration.</summary>
    public void SpinFor(long stepTicks) => _panels.SpinFor(stepTicks);

    /// <summary>Gives the ticks for which threads were blocked since the last call, summed over threads.</summary>
    public long TakeBlocked()
    {
        var blocked = 0L;
        foreach (var scratch in _scratch)
        {
            blocked += Interlocked.Exchange(ref scratch.Blocked, 0);
        }

        return blocked;
    }

    /// <summary>Computes the logits after the last step, [lanes][64]; the first 25 of each count. For one thread.</summary>
    public float* Logits()
    {
        var scratch = _scratch[0];
        for (var lane = 0; lane < _active; lane++)
        {
            _model.HeadBias.CopyTo(
                new Span<float>(scratch.Tile + lane * PackedMatrix.Columns, PackedMatrix.Columns)
            );
        }

        _exact.Prepare(
            _states.H(^1),
            _states.Stride,
            _model.Shape.Units,
            _active,
            scratch.TopState
        );
        _exact.MultiplyAdd(
            scratch.TopState,
            _active,
            _model.Head,
            0,
            _model.Head.Panel(0),
            scratch.Tile,
            scratch.Sums
        );
        return scratch.Tile;
    }

    public void Dispose() => Array.ForEach(_scratch, scratch => scratch.Dispose());

    /// <summary>Computes panels of the current step until the step is done. Every thread of the group calls it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int rank)
    {
        for (; ; )
        {
            var phase = _panels.Current;
            if (_panels.IsPause(phase))
            {
                return;
            }

            while (_panels.TryTake(rank, phase, out var panel, out var next))
            {
                Compute(_scratch[rank], phase, panel, next);
                _panels.Finish(phase);
            }

            var blocked = _panels.WaitWhile(phase);
            if (blocked > 0)
            {
                Interlocked.Add(ref _scratch[rank].Blocked, blocked);
            }
        }
    }

    /// <summary>Gets the number of the current phase, or of the pause.</summary>
    public long Phase => _panels.Current;

    /// <summary>Waits for the next step or for <see cref="End"/>, if <paramref name="phase"/> is a pause.</summary>
    public void WaitForStep(long phase)
    {
        if (_panels.IsPause(phase))
        {
            _panels.WaitWhile(phase);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Compute(StepScratch scratch, long phase, int panel, int next)
    {
        var index = _panels.IndexOf(phase);
        var layer = index / 2;
        if (index % 2 == 0)
        {
            if (scratch.Phase != phase)
            {
                Prepare(scratch.State, _states.H(layer));
                PrepareInput(scratch, layer);
                scratch.Phase = phase;
            }

            Multiplicative(scratch, layer, panel, next);
        }
        else
        {
            if (scratch.Phase != phase)
            {
                // A thread that took no panel of the phase before has not read the input.
                if (scratch.Phase != phase - 1)
                {
                    PrepareInput(scratch, layer);
                }

                Prepare(scratch.State, _states.M);
                scratch.Phase = phase;
            }

            Gates(scratch, layer, panel, next);
        }
    }

    /// <summary>Prepares h of the layer below, if there is one.</summary>
    private void PrepareInput(StepScratch scratch, int layer)
    {
        if (layer > 0)
        {
            Prepare(scratch.Input, _states.H(layer - 1));
        }
    }

    private void Prepare(Operand operand, float* rows) =>
        _product.Prepare(rows, _states.Stride, _model.Shape.Units, _active, operand);

    /// <summary>Computes one panel of m = (x · wmx) ⊙ (h · wmh).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiplicative(StepScratch scratch, int layer, int panel, int next)
    {
        var packed = _model.Layers[layer];
        var tabulated = packed.Wmx is null;
        var choice = (tabulated ? Tokens : _ownRow).AsSpan(0, _active);
        if (tabulated)
        {
            _kernels.PrefetchRows(packed.MultiplicativeRows(panel), choice);
        }

        _kernels.Clear(scratch.Tile, _active);
        Add(scratch, scratch.State, packed.Wmh, panel, packed.Wmh.Panel(next), scratch.Tile);
        if (packed.Wmx is { } wmx)
        {
            _kernels.Clear(scratch.InputTile, _active);
            Add(scratch, scratch.Input, wmx, panel, wmx.Panel(next), scratch.InputTile);
        }

        _kernels.MultiplyRows(
            scratch.Tile,
            tabulated ? packed.MultiplicativeRows(panel) : scratch.InputTile,
            choice,
            _states.M + panel * PackedMatrix.Columns,
            _states.Stride
        );
    }

    /// <summary>Computes one panel of z = x · wx + m · wh + b, and its gates. z stays in the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gates(StepScratch scratch, int layer, int panel, int next)
    {
        var packed = _model.Layers[layer];
        var choice = (packed.Wx is null ? Tokens : _firstRow).AsSpan(0, _active);
        _kernels.CopyRows(packed.GateRows(panel), choice, scratch.Tile);
        _kernels.PrefetchRows(packed.GateRows(next), choice);
        var targets = _states.TargetsOf(layer, panel * PackedLayer.UnitsPerPanel);
        _kernels.PrefetchTargets(_active, targets);
        if (packed.Wx is { } wx)
        {
            Add(scratch, scratch.Input, wx, panel, packed.Wh.Panel(panel), scratch.Tile);
        }

        Add(scratch, scratch.State, packed.Wh, panel, packed.Wh.Panel(next), scratch.Tile);
        _kernels.Gates(scratch.Tile, _active, targets);
    }

    private void Add(
        StepScratch scratch,
        Operand rows,
        PackedMatrix matrix,
        int panel,
        float* next,
        float* tile
    ) => _product.MultiplyAdd(rows, _active, matrix, panel, next, tile, scratch.Sums);
}
