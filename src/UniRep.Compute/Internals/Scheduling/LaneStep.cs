using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The arithmetic of one step of every active lane, shared out among the members of a team panel by panel.</summary>
internal sealed unsafe class LaneStep : IDisposable
{
    private readonly PackedModel _model;
    private readonly Kernels _kernels;
    private readonly Product _product;
    private readonly Product _exact;
    private readonly LaneStates _states;
    private readonly Phases _phases;
    private readonly Workbench[] _benches;
    private readonly int[] _firstRow;
    private readonly int[] _ownRow;
    private int _active;

    public LaneStep(
        PackedModel model,
        Kernels kernels,
        Product product,
        LaneStates states,
        int lanes,
        int members
    )
    {
        _model = model;
        _kernels = kernels;
        _product = product;
        _exact = kernels.ProductOf(Precision.Exact);
        _states = states;
        _phases = new Phases(
            [
                .. model.Layers.SelectMany(layer =>
                    (int[])[layer.MultiplicativePanels, layer.GatePanels]
                ),
            ],
            members
        );
        _benches =
        [
            .. Enumerable
                .Range(0, members)
                .Select(_ => new Workbench(lanes, model.Shape.Units, model.Precision)),
        ];
        Tokens = new int[lanes];
        _firstRow = new int[lanes];
        _ownRow = [.. Enumerable.Range(0, lanes)];
    }

    /// <summary>Gets the token that each lane reads in this step.</summary>
    public int[] Tokens { get; }

    /// <summary>Begins a step of some lanes by some members; by one of them, in a pause.</summary>
    public void Begin(int active, int members)
    {
        _active = active;
        _phases.Begin(members);
    }

    /// <summary>Wakes who waits for the next step, because there will be none.</summary>
    public void End() => _phases.Rouse();

    /// <summary>Ends all waiting, because a member failed.</summary>
    public void Break() => _phases.Break();

    /// <summary>Lets members spin for a time that suits steps of some length.</summary>
    public void SpinFor(long stepTicks) => _phases.SpinFor(stepTicks);

    /// <summary>Gives the ticks for which members were blocked since the last time, all together; for one member.</summary>
    public long TakeBlocked()
    {
        var blocked = 0L;
        foreach (var bench in _benches)
        {
            blocked += Interlocked.Exchange(ref bench.Blocked, 0);
        }

        return blocked;
    }

    /// <summary>Logits after the step just done, [lanes][64], the first 25 of each; for one member alone.</summary>
    public float* Logits()
    {
        var bench = _benches[0];
        for (var lane = 0; lane < _active; lane++)
        {
            _model.HeadBias.CopyTo(
                new Span<float>(bench.Tile + lane * PackedMatrix.Columns, PackedMatrix.Columns)
            );
        }

        _exact.Read(_states.H(^1), _states.Stride, _model.Shape.Units, _active, bench.Floats);
        _exact.MultiplyAdd(
            bench.Floats,
            _active,
            _model.Head,
            0,
            _model.Head.Panel(0),
            bench.Tile,
            bench.Scratch
        );
        return bench.Tile;
    }

    public void Dispose() => Array.ForEach(_benches, bench => bench.Dispose());

    /// <summary>Computes what is left of the step under way, and returns when it is done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int rank)
    {
        for (; ; )
        {
            var phase = _phases.Current;
            if (_phases.IsPause(phase))
            {
                return;
            }

            while (_phases.TryTake(rank, phase, out var panel, out var next))
            {
                Compute(_benches[rank], phase, panel, next);
                _phases.Finish(phase);
            }

            var blocked = _phases.WaitWhile(phase);
            if (blocked > 0)
            {
                Interlocked.Add(ref _benches[rank].Blocked, blocked);
            }
        }
    }

    /// <summary>Gets the phase under way, or the pause.</summary>
    public long Phase => _phases.Current;

    /// <summary>Waits for a step to begin, or for <see cref="End"/>, if a phase is still under way and is a pause.</summary>
    public void WaitForStep(long phase)
    {
        if (_phases.IsPause(phase))
        {
            _phases.WaitWhile(phase);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Compute(Workbench bench, long phase, int panel, int next)
    {
        var index = _phases.IndexOf(phase);
        var layer = index / 2;
        if (index % 2 == 0)
        {
            if (bench.Phase != phase)
            {
                Read(bench.State, _states.H(layer));
                ReadInput(bench, layer);
                bench.Phase = phase;
            }

            Multiplicative(bench, layer, panel, next);
        }
        else
        {
            if (bench.Phase != phase)
            {
                // Whoever took no panel of the phase before has not read this.
                if (bench.Phase != phase - 1)
                {
                    ReadInput(bench, layer);
                }

                Read(bench.State, _states.M);
                bench.Phase = phase;
            }

            Gates(bench, layer, panel, next);
        }
    }

    /// <summary>Reads h of the layer below, if there is one.</summary>
    private void ReadInput(Workbench bench, int layer)
    {
        if (layer > 0)
        {
            Read(bench.Input, _states.H(layer - 1));
        }
    }

    private void Read(Operand operand, float* rows) =>
        _product.Read(rows, _states.Stride, _model.Shape.Units, _active, operand);

    /// <summary>m = (x · wmx) ⊙ (h · wmh), one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiplicative(Workbench bench, int layer, int panel, int next)
    {
        var packed = _model.Layers[layer];
        var tabulated = packed.Wmx is null;
        var choice = (tabulated ? Tokens : _ownRow).AsSpan(0, _active);
        if (tabulated)
        {
            _kernels.PrefetchRows(packed.MultiplicativeRows(panel), choice);
        }

        _kernels.Clear(bench.Tile, _active);
        Add(bench, bench.State, packed.Wmh, panel, packed.Wmh.Panel(next), bench.Tile);
        if (packed.Wmx is { } wmx)
        {
            _kernels.Clear(bench.Second, _active);
            Add(bench, bench.Input, wmx, panel, wmx.Panel(next), bench.Second);
        }

        _kernels.MultiplyRows(
            bench.Tile,
            tabulated ? packed.MultiplicativeRows(panel) : bench.Second,
            choice,
            _states.M + panel * PackedMatrix.Columns,
            _states.Stride
        );
    }

    /// <summary>z = x · wx + m · wh + b and the gates, one panel; z never leaves the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gates(Workbench bench, int layer, int panel, int next)
    {
        var packed = _model.Layers[layer];
        var choice = (packed.Wx is null ? Tokens : _firstRow).AsSpan(0, _active);
        _kernels.CopyRows(packed.GateRows(panel), choice, bench.Tile);
        _kernels.PrefetchRows(packed.GateRows(next), choice);
        var targets = _states.TargetsOf(layer, panel * PackedLayer.UnitsPerPanel);
        _kernels.PrefetchTargets(_active, targets);
        if (packed.Wx is { } wx)
        {
            Add(bench, bench.Input, wx, panel, packed.Wh.Panel(panel), bench.Tile);
        }

        Add(bench, bench.State, packed.Wh, panel, packed.Wh.Panel(next), bench.Tile);
        _kernels.Gates(bench.Tile, _active, targets);
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
