using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Training;

/// <summary>The forward pass over a segment, layer by layer; every member of the team runs it.</summary>
internal sealed unsafe class ForwardPass(TrainingModel model, TrainingKernels kernels)
{
    private const int Columns = PackedMatrix.Columns;
    private const int RowsPerTile = 48;
    private readonly int _units = model.Shape.Units;
    private readonly nint _states = LayerStore.StateStride(model.Shape);
    private readonly nint _gates = LayerStore.GateStride(model.Shape);

    public void Run(TrainingBench bench, Segment segment, SegmentStore store)
    {
        for (var layer = 0; layer < model.Layers.Length; layer++)
        {
            var (weights, rows) = (model.Layers[layer], store[layer]);
            if (!weights.ReadsTokens)
            {
                ReadLayer(bench, segment, weights, store[layer - 1], rows);
            }

            for (var step = 0; step < segment.Steps; step++)
            {
                Multiplicative(bench, segment, step, weights, rows);
                Gates(bench, segment, step, weights, rows);
            }

            bench.All.End();
        }
    }

    /// <summary>x · wmx and x · wx + b of all rows, where x is h of the layer below.</summary>
    private void ReadLayer(
        TrainingBench bench,
        Segment segment,
        TrainingLayer weights,
        LayerStore below,
        LayerStore rows
    )
    {
        while (bench.All.Take(weights.GatePanels + weights.UnitPanels, out var item))
        {
            var gate = item < weights.GatePanels;
            var panel = gate ? item : item - weights.GatePanels;
            for (var row = 0; row < segment.Rows; row += RowsPerTile)
            {
                var count = Math.Min(RowsPerTile, segment.Rows - row);
                bench.Clear(count);
                if (gate)
                {
                    var bias = weights.Bias(model.Parameters, panel);
                    kernels.Load(bias, 0, TrainingBench.Zeros.AsSpan(0, count), bench.Tile);
                }

                var w = gate ? weights.Wx.Panel(panel) : weights.Wmx.Panel(panel);
                kernels.MultiplyAdd(below.H(row), _states, count, w, _units, bench.Tile, w);
                if (gate)
                {
                    kernels.Store(bench.Tile, count, rows.Gates(row) + panel * Columns, _gates);
                }
                else
                {
                    kernels.Store(bench.Tile, count, rows.Xm(row) + panel * Columns, _states);
                }
            }
        }

        bench.All.End();
    }

    /// <summary>m = (x · wmx) ⊙ (h · wmh).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiplicative(
        TrainingBench bench,
        Segment segment,
        int step,
        TrainingLayer weights,
        LayerStore rows
    )
    {
        var lanes = bench.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + bench.FirstLane;
        var before = segment.OffsetBefore(step) + bench.FirstLane;
        var stride = bench.Groups * _states;
        var choice = weights.ReadsTokens
            ? bench.TokensOf(segment, step)
            : TrainingBench.InOrder.AsSpan(0, lanes);
        while (lanes > 0 && bench.Group.Take(weights.UnitPanels, out var panel))
        {
            bench.Clear(lanes);
            kernels.MultiplyAdd(
                rows.H(before),
                stride,
                lanes,
                weights.Wmh.Panel(panel),
                _units,
                bench.Tile,
                weights.Wmh.Panel(Math.Min(panel + 1, weights.UnitPanels - 1))
            );
            kernels.Multiplicative(
                bench.Tile,
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

        bench.Group.End();
    }

    /// <summary>z = x · wx + m · wh + b, the gates, c and h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gates(
        TrainingBench bench,
        Segment segment,
        int step,
        TrainingLayer weights,
        LayerStore rows
    )
    {
        var lanes = bench.LanesOf(segment.Active(step));
        var row = segment.Offset(step) + bench.FirstLane;
        var before = segment.OffsetBefore(step) + bench.FirstLane;
        var choice = weights.ReadsTokens
            ? bench.TokensOf(segment, step)
            : TrainingBench.InOrder.AsSpan(0, lanes);
        while (lanes > 0 && bench.Group.Take(weights.GatePanels, out var panel))
        {
            var gates = rows.Gates(row) + panel * Columns;
            kernels.Load(
                weights.ReadsTokens ? weights.GateTable(panel) : gates,
                weights.ReadsTokens ? Columns : bench.Groups * _gates,
                choice,
                bench.Tile
            );
            kernels.MultiplyAdd(
                rows.M(row),
                bench.Groups * _states,
                lanes,
                weights.Wh.Panel(panel),
                _units,
                bench.Tile,
                weights.Wh.Panel(Math.Min(panel + 1, weights.GatePanels - 1))
            );
            var unit = panel * PackedLayer.UnitsPerPanel;
            kernels.Gates(
                bench.Tile,
                lanes,
                new GateRows
                {
                    Gates = gates,
                    GateStride = bench.Groups * _gates,
                    Before = rows.C(before) + unit,
                    C = rows.C(row) + unit,
                    H = rows.H(row) + unit,
                    Stride = bench.Groups * _states,
                }
            );
        }

        bench.Group.End();
    }
}
