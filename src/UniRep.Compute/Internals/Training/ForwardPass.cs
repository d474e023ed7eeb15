using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Training;

/// <summary>The forward pass over a segment, layer by layer. Every thread runs it.</summary>
internal sealed unsafe class ForwardPass(TrainingModel model, TrainingKernels kernels)
{
    private const int Columns = PackedMatrix.Columns;
    private const int RowsPerTile = 48;
    private readonly int _units = model.Shape.Units;
    private readonly nint _states = LayerActivations.StateStride(model.Shape);
    private readonly nint _gates = LayerActivations.GateStride(model.Shape);

    public void Run(TrainingThread thread, Segment segment, SegmentActivations store)
    {
        for (var layer = 0; layer < model.Layers.Length; layer++)
        {
            var (weights, rows) = (model.Layers[layer], store[layer]);
            if (!weights.ReadsTokens)
            {
                ReadLayer(thread, segment, weights, store[layer - 1], rows);
            }

            for (var step = 0; step < segment.Steps; step++)
            {
                Multiplicative(thread, segment, step, weights, rows);
                Gates(thread, segment, step, weights, rows);
            }

            thread.All.EndPhase();
        }
    }

    /// <summary>Computes x · wmx and x · wx + b of all rows, where x is h of the layer below.</summary>
    private void ReadLayer(
        TrainingThread thread,
        Segment segment,
        TrainingLayer weights,
        LayerActivations below,
        LayerActivations rows
    )
    {
        while (thread.All.TryTake(weights.GatePanels + weights.UnitPanels, out var item))
        {
            var gate = item < weights.GatePanels;
            var panel = gate ? item : item - weights.GatePanels;
            for (var row = 0; row < segment.Rows; row += RowsPerTile)
            {
                var count = Math.Min(RowsPerTile, segment.Rows - row);
                thread.Scratch.Clear(count);
                if (gate)
                {
                    var bias = weights.Bias(model.Parameters, panel);
                    kernels.Load(bias, 0, RowIndices.Zeros.AsSpan(0, count), thread.Scratch.Tile);
                }

                var w = gate ? weights.Wx.Panel(panel) : weights.Wmx.Panel(panel);
                kernels.MultiplyAdd(
                    below.H(row),
                    _states,
                    count,
                    w,
                    _units,
                    thread.Scratch.Tile,
                    w
                );
                if (gate)
                {
                    kernels.Store(
                        thread.Scratch.Tile,
                        count,
                        rows.Gates(row) + panel * Columns,
                        _gates
                    );
                }
                else
                {
                    kernels.Store(
                        thread.Scratch.Tile,
                        count,
                        rows.Xm(row) + panel * Columns,
                        _states
                    );
                }
            }
        }

        thread.All.EndPhase();
    }

    /// <summary>Computes m = (x · wmx) ⊙ (h · wmh) of one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiplicative(
        TrainingThread thread,
        Segment segment,
        int step,
        TrainingLayer weights,
        LayerActivations rows
    )
    {
        var lanes = thread.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + thread.FirstLane;
        var before = segment.OffsetBefore(step) + thread.FirstLane;
        var stride = thread.LaneStride * _states;
        var choice = weights.ReadsTokens
            ? thread.TokensOf(segment, step)
            : RowIndices.InOrder.AsSpan(0, lanes);
        while (lanes > 0 && thread.Group.TryTake(weights.UnitPanels, out var panel))
        {
            thread.Scratch.Clear(lanes);
            kernels.MultiplyAdd(
                rows.H(before),
                stride,
                lanes,
                weights.Wmh.Panel(panel),
                _units,
                thread.Scratch.Tile,
                weights.Wmh.Panel(Math.Min(panel + 1, weights.UnitPanels - 1))
            );
            kernels.Multiplicative(
                thread.Scratch.Tile,
                weights.ReadsTokens
                    ? weights.MultiplicativeTable(panel)
                    : rows.Xm(row) + panel * Columns,
                weights.ReadsTokens ? Columns : stride,
                choice,
                rows.Hm(row) + panel * Columns,
                rows.M(row) + panel * Columns,
                stride
            );
        }

        thread.Group.EndPhase();
    }

    /// <summary>Computes z = x · wx + m · wh + b, the gates, c and h of one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gates(
        TrainingThread thread,
        Segment segment,
        int step,
        TrainingLayer weights,
        LayerActivations rows
    )
    {
        var lanes = thread.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + thread.FirstLane;
        var before = segment.OffsetBefore(step) + thread.FirstLane;
        var choice = weights.ReadsTokens
            ? thread.TokensOf(segment, step)
            : RowIndices.InOrder.AsSpan(0, lanes);
        while (lanes > 0 && thread.Group.TryTake(weights.GatePanels, out var panel))
        {
            var gates = rows.Gates(row) + panel * Columns;
            kernels.Load(
                weights.ReadsTokens ? weights.GateTable(panel) : gates,
                weights.ReadsTokens ? Columns : thread.LaneStride * _gates,
                choice,
                thread.Scratch.Tile
            );
            kernels.MultiplyAdd(
                rows.M(row),
                thread.LaneStride * _states,
                lanes,
                weights.Wh.Panel(panel),
                _units,
                thread.Scratch.Tile,
                weights.Wh.Panel(Math.Min(panel + 1, weights.GatePanels - 1))
            );
            var unit = panel * PackedLayer.UnitsPerPanel;
            kernels.Gates(
                thread.Scratch.Tile,
                lanes,
                new GateRows
                {
                    Gates = gates,
                    GateStride = thread.LaneStride * _gates,
                    Before = rows.C(before) + unit,
                    C = rows.C(row) + unit,
                    H = rows.H(row) + unit,
                    Stride = thread.LaneStride * _states,
                }
            );
        }

        thread.Group.EndPhase();
    }
}
