using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The backward pass through the steps of a segment, one layer at a time. Every thread runs it. It overwrites the gates with
/// dz and h · wmh with d(x · wmx), and writes d(h · wmh) to rows of its own.
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
        _states = LayerActivations.StateStride(model.Shape);
        _gates = LayerActivations.GateStride(model.Shape);
        AlignedBuffer Rows(int rows) => new(rows * _states);
        _h = [.. model.Layers.Select(_ => Rows(SegmentActivations.Lanes))];
        _c = [.. model.Layers.Select(_ => Rows(SegmentActivations.Lanes))];
        _above = Rows(SegmentActivations.Rows);
        _hm = Rows(SegmentActivations.Rows);
    }

    /// <summary>The gradient of h from the head or the layer above, [rows].</summary>
    public float* Above => _above.Pointer;

    /// <summary>Gives the gradient of h · wmh of a row.</summary>
    public float* Hm(int row) => _hm.Pointer + row * _states;

    /// <summary>Sets the gradients from later steps to zero. One thread calls it.</summary>
    public void Reset()
    {
        foreach (var buffer in (AlignedBuffer[])[.. _h, .. _c])
        {
            buffer.Span.Clear();
        }
    }

    /// <summary>Computes the gradients of all steps of one layer.</summary>
    public void Run(TrainingThread thread, Segment segment, int layer, LayerActivations rows)
    {
        var weights = _model.Layers[layer];
        while (thread.Group.TryTake(weights.UnitPanels, out var panel))
        {
            GateGradients(thread, segment, segment.Steps - 1, layer, rows, panel);
        }

        thread.Group.EndPhase();
        for (var step = segment.Steps - 1; step >= 0; step--)
        {
            Multiplicative(thread, segment, step, layer, rows);
            State(thread, segment, step, layer, rows);
        }

        thread.All.EndPhase();
    }

    public void Dispose()
    {
        foreach (var buffer in (AlignedBuffer[])[.. _h, .. _c, _above, _hm])
        {
            buffer.Dispose();
        }
    }

    /// <summary>Computes dm = dz · whᵀ, and from it the gradients of the two factors of m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiplicative(
        TrainingThread thread,
        Segment segment,
        int step,
        int layer,
        LayerActivations rows
    )
    {
        var weights = _model.Layers[layer];
        var lanes = thread.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + thread.FirstLane;
        var stride = thread.LaneStride * _states;
        var choice = weights.ReadsTokens
            ? thread.TokensOf(segment, step)
            : RowIndices.InOrder.AsSpan(0, lanes);
        while (lanes > 0 && thread.Group.TryTake(weights.UnitPanels, out var panel))
        {
            thread.Scratch.Clear(lanes);
            _kernels.MultiplyAdd(
                rows.Gates(row),
                thread.LaneStride * _gates,
                lanes,
                weights.Wh.TransposedPanel(panel),
                weights.GatePanels * Columns,
                thread.Scratch.Tile,
                weights.Wh.TransposedPanel(Math.Min(panel + 1, weights.UnitPanels - 1))
            );
            _kernels.MultiplicativeGradients(
                thread.Scratch.Tile,
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

        thread.Group.EndPhase();
    }

    /// <summary>Computes dh of the step before, d(h · wmh) · wmhᵀ, and the gradients of the gates of that step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void State(
        TrainingThread thread,
        Segment segment,
        int step,
        int layer,
        LayerActivations rows
    )
    {
        var weights = _model.Layers[layer];
        var lanes = thread.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + thread.FirstLane;
        var stride = thread.LaneStride * _states;
        while (thread.Group.TryTake(weights.UnitPanels, out var panel))
        {
            if (lanes > 0)
            {
                thread.Scratch.Clear(lanes);
                _kernels.MultiplyAdd(
                    Hm(row),
                    stride,
                    lanes,
                    weights.Wmh.TransposedPanel(panel),
                    weights.UnitPanels * Columns,
                    thread.Scratch.Tile,
                    weights.Wmh.TransposedPanel(Math.Min(panel + 1, weights.UnitPanels - 1))
                );
                _kernels.Store(
                    thread.Scratch.Tile,
                    lanes,
                    _h[layer].Pointer + thread.FirstLane * _states + panel * Columns,
                    stride
                );
            }

            if (step > 0)
            {
                GateGradients(thread, segment, step - 1, layer, rows, panel);
            }
        }

        thread.Group.EndPhase();
    }

    /// <summary>Computes the gradients of the gates of 64 units in one step.</summary>
    private void GateGradients(
        TrainingThread thread,
        Segment segment,
        int step,
        int layer,
        LayerActivations rows,
        int unitPanel
    )
    {
        var lanes = thread.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + thread.FirstLane;
        var before = segment.OffsetBefore(step) + thread.FirstLane;
        var stride = thread.LaneStride * _states;
        var from = unitPanel * GatePanelsPerUnitPanel;
        var to = Math.Min(from + GatePanelsPerUnitPanel, _model.Layers[layer].GatePanels);
        for (var panel = from; panel < to; panel++)
        {
            var unit = panel * PackedLayer.UnitsPerPanel;
            var lane = thread.FirstLane * _states + unit;
            _kernels.GateGradients(
                lanes,
                new GateRows
                {
                    Gates = rows.Gates(row) + panel * Columns,
                    GateStride = thread.LaneStride * _gates,
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
