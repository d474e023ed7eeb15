using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The way back through the steps of a segment, one layer at a time; every member of the team runs it. It leaves dz where
/// the gates were, d(x · wmx) where h · wmh was, and d(h · wmh) in rows of its own.
/// </summary>
internal sealed unsafe class BackwardPass : IDisposable
{
    private const int Columns = PackedMatrix.Columns;
    private const int GatePanelsPerUnitPanel = Columns / PackedLayer.UnitsPerPanel;
    private readonly TrainingModel _model;
    private readonly TrainingKernels _kernels;
    private readonly AlignedBuffer[] _h;
    private readonly AlignedBuffer[] _c;
    private readonly AlignedBuffer _above;
    private readonly AlignedBuffer _hm;
    private readonly nint _states;
    private readonly nint _gates;

    public BackwardPass(TrainingModel model, TrainingKernels kernels)
    {
        (_model, _kernels) = (model, kernels);
        _states = LayerStore.StateStride(model.Shape);
        _gates = LayerStore.GateStride(model.Shape);
        AlignedBuffer Rows(int rows) => new(rows * _states);
        _h = [.. model.Layers.Select(_ => Rows(SegmentStore.Lanes))];
        _c = [.. model.Layers.Select(_ => Rows(SegmentStore.Lanes))];
        _above = Rows(SegmentStore.Rows);
        _hm = Rows(SegmentStore.Rows);
    }

    /// <summary>The gradient of h from above, by rows.</summary>
    public float* Above => _above.Pointer;

    /// <summary>The gradient of h · wmh of a row.</summary>
    public float* Hm(int row) => _hm.Pointer + row * _states;

    /// <summary>Lets nothing flow from the steps after; for one member alone.</summary>
    public void Cut()
    {
        foreach (var buffer in (AlignedBuffer[])[.. _h, .. _c])
        {
            buffer.Span.Clear();
        }
    }

    /// <summary>Goes back through the steps of one layer.</summary>
    public void Run(TrainingBench bench, Segment segment, int layer, LayerStore rows)
    {
        var weights = _model.Layers[layer];
        while (bench.Group.Take(weights.UnitPanels, out var panel))
        {
            GateGradients(bench, segment, segment.Steps - 1, layer, rows, panel);
        }

        bench.Group.End();
        for (var step = segment.Steps - 1; step >= 0; step--)
        {
            Multiplicative(bench, segment, step, layer, rows);
            State(bench, segment, step, layer, rows);
        }

        bench.All.End();
    }

    public void Dispose()
    {
        foreach (var buffer in (AlignedBuffer[])[.. _h, .. _c, _above, _hm])
        {
            buffer.Dispose();
        }
    }

    /// <summary>dm = dz · whᵀ, then through the product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiplicative(
        TrainingBench bench,
        Segment segment,
        int step,
        int layer,
        LayerStore rows
    )
    {
        var weights = _model.Layers[layer];
        var lanes = bench.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + bench.FirstLane;
        var stride = bench.Groups * _states;
        var choice = weights.ReadsTokens
            ? bench.TokensOf(segment, step)
            : TrainingBench.InOrder.AsSpan(0, lanes);
        while (lanes > 0 && bench.Group.Take(weights.UnitPanels, out var panel))
        {
            bench.Clear(lanes);
            _kernels.MultiplyAdd(
                rows.Gates(row),
                bench.Groups * _gates,
                lanes,
                weights.Wh.TransposedPanel(panel),
                weights.GatePanels * Columns,
                bench.Tile,
                weights.Wh.TransposedPanel(Math.Min(panel + 1, weights.UnitPanels - 1))
            );
            _kernels.MultiplicativeGradients(
                bench.Tile,
                weights.ReadsTokens
                    ? weights.MultiplicativeTable(panel)
                    : rows.Xm(row) + panel * Columns,
                weights.ReadsTokens ? Columns : stride,
                choice,
                rows.Hm(row) + panel * Columns,
                Hm(row) + panel * Columns,
                stride
            );
        }

        bench.Group.End();
    }

    /// <summary>dh of the step before = d(h · wmh) · wmhᵀ, and at once through the gates of that step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void State(TrainingBench bench, Segment segment, int step, int layer, LayerStore rows)
    {
        var weights = _model.Layers[layer];
        var lanes = bench.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + bench.FirstLane;
        var stride = bench.Groups * _states;
        while (bench.Group.Take(weights.UnitPanels, out var panel))
        {
            if (lanes > 0)
            {
                bench.Clear(lanes);
                _kernels.MultiplyAdd(
                    Hm(row),
                    stride,
                    lanes,
                    weights.Wmh.TransposedPanel(panel),
                    weights.UnitPanels * Columns,
                    bench.Tile,
                    weights.Wmh.TransposedPanel(Math.Min(panel + 1, weights.UnitPanels - 1))
                );
                _kernels.Store(
                    bench.Tile,
                    lanes,
                    _h[layer].Pointer + bench.FirstLane * _states + panel * Columns,
                    stride
                );
            }

            if (step > 0)
            {
                GateGradients(bench, segment, step - 1, layer, rows, panel);
            }
        }

        bench.Group.End();
    }

    /// <summary>Back through the gates of 64 units in one step.</summary>
    private void GateGradients(
        TrainingBench bench,
        Segment segment,
        int step,
        int layer,
        LayerStore rows,
        int unitPanel
    )
    {
        var lanes = bench.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + bench.FirstLane;
        var before = segment.OffsetBefore(step) + bench.FirstLane;
        var stride = bench.Groups * _states;
        var from = unitPanel * GatePanelsPerUnitPanel;
        var to = Math.Min(from + GatePanelsPerUnitPanel, _model.Layers[layer].GatePanels);
        for (var panel = from; panel < to; panel++)
        {
            var unit = panel * PackedLayer.UnitsPerPanel;
            var lane = bench.FirstLane * _states + unit;
            _kernels.GateGradients(
                lanes,
                new GateRows
                {
                    Gates = rows.Gates(row) + panel * Columns,
                    GateStride = bench.Groups * _gates,
                    Before = rows.C(before) + unit,
                    C = rows.C(row) + unit,
                    Stride = stride,
                },
                new GateGradientRows
                {
                    Above = Above + row * _states + unit,
                    AboveStride = stride,
                    H = _h[layer].Pointer + lane,
                    C = _c[layer].Pointer + lane,
                    Stride = stride,
                }
            );
        }
    }
}
