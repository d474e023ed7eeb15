using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The gradients of the matrices: products of transposed inputs with the gradients of outputs, over all rows of a segment,
/// panel by panel. Every thread runs it.
/// </summary>
internal sealed unsafe class WeightGradients : IDisposable
{
    private const int Columns = PackedMatrix.Columns;
    private const int HeadRows = 96;

    /// <summary>Not a power of two: rows would share cache sets.</summary>
    private const nint Stride = SegmentActivations.Rows + 16;

    private readonly TrainingModel _model;
    private readonly TrainingKernels _kernels;
    private readonly AlignedBuffer _m;
    private readonly AlignedBuffer _h;
    private readonly AlignedBuffer _x;
    private readonly int _units;
    private readonly nint _states;
    private readonly nint _gates;

    public WeightGradients(TrainingModel model, TrainingKernels kernels)
    {
        (_model, _kernels, _units) = (model, kernels, model.Shape.Units);
        _states = LayerActivations.StateStride(model.Shape);
        _gates = LayerActivations.GateStride(model.Shape);
        AlignedBuffer Transposed() => new(model.Layers[0].UnitPanels * Columns * Stride);
        (_m, _h, _x) = (Transposed(), Transposed(), Transposed());
    }

    /// <summary>Adds the gradients of a segment to those of the head.</summary>
    public void AddHead(TrainingThread thread, Segment segment, LayerActivations top, float* logits)
    {
        Transpose(thread, segment, top.H(0), _x);
        thread.All.EndPhase();
        var at = _model.Layout[MlstmParameter.HeadW].Panel(_model.Gradients, 0);
        while (thread.All.TryTake((_units + HeadRows - 1) / HeadRows, out var item))
        {
            var unit = item * HeadRows;
            Multiply(
                _x.Pointer + unit * Stride,
                Math.Min(HeadRows, _units - unit),
                logits,
                segment.Rows,
                at + unit * Columns
            );
            if (item == 0)
            {
                _kernels.Gather(
                    logits,
                    Columns,
                    RowIndices.Zeros.AsSpan(0, segment.Rows),
                    thread.Scratch.Panel,
                    _model.Layout[MlstmParameter.HeadB].Panel(_model.Gradients, 0)
                );
            }
        }

        thread.All.EndPhase();
    }

    /// <summary>Adds the gradients of a segment to those of a layer, and computes the gradient of its input.</summary>
    public void AddLayer(
        TrainingThread thread,
        Segment segment,
        int layer,
        SegmentActivations store,
        BackwardPass backward
    )
    {
        var (weights, rows) = (_model.Layers[layer], store[layer]);
        Transpose(thread, segment, rows.M(0), _m);
        if (!weights.ReadsTokens)
        {
            Transpose(thread, segment, store[layer - 1].H(0), _x);
        }

        TransposeBefore(thread, segment, rows);
        thread.All.EndPhase();
        var (gates, units) = (weights.GatePanels, weights.UnitPanels);
        while (thread.All.TryTake(gates + units + (weights.ReadsTokens ? 0 : units), out var item))
        {
            if (item < gates)
            {
                AddGates(thread, segment, weights, rows, item);
            }
            else if (item < gates + units)
            {
                AddMultiplicative(thread, segment, weights, rows, backward, item - gates);
            }
            else
            {
                InputGradient(thread, segment, weights, rows, backward, item - gates - units);
            }
        }

        thread.All.EndPhase();
    }

    public void Dispose()
    {
        _m.Dispose();
        _h.Dispose();
        _x.Dispose();
    }

    /// <summary>Computes dwh += mᵀ · dz, dwx += xᵀ · dz, db += Σ dz.</summary>
    private void AddGates(
        TrainingThread thread,
        Segment segment,
        TrainingLayer weights,
        LayerActivations rows,
        int panel
    )
    {
        _kernels.Gather(
            rows.Gates(0) + panel * Columns,
            _gates,
            Choice(segment, weights),
            thread.Scratch.Panel,
            weights.GateGradients(_model.Gradients, panel)
        );
        Multiply(
            _m.Pointer,
            _units,
            thread.Scratch.Panel,
            segment.Rows,
            weights.Wh.Gradient(_model.Gradients, panel)
        );
        if (!weights.ReadsTokens)
        {
            Multiply(
                _x.Pointer,
                _units,
                thread.Scratch.Panel,
                segment.Rows,
                weights.Wx.Gradient(_model.Gradients, panel)
            );
        }
    }

    /// <summary>Computes dwmh += hᵀ · d(h · wmh) with h of the step before, and dwmx += xᵀ · d(x · wmx).</summary>
    private void AddMultiplicative(
        TrainingThread thread,
        Segment segment,
        TrainingLayer weights,
        LayerActivations rows,
        BackwardPass backward,
        int panel
    )
    {
        _kernels.Gather(
            backward.Hm(0) + panel * Columns,
            _states,
            RowIndices.Zeros.AsSpan(0, segment.Rows),
            thread.Scratch.Panel,
            thread.Scratch.Discarded
        );
        Multiply(
            _h.Pointer,
            _units,
            thread.Scratch.Panel,
            segment.Rows,
            weights.Wmh.Gradient(_model.Gradients, panel)
        );
        _kernels.Gather(
            rows.Hm(0) + panel * Columns,
            _states,
            Choice(segment, weights),
            thread.Scratch.Panel,
            weights.ReadsTokens ? weights.MultiplicativeGradients(panel) : thread.Scratch.Discarded
        );
        if (!weights.ReadsTokens)
        {
            Multiply(
                _x.Pointer,
                _units,
                thread.Scratch.Panel,
                segment.Rows,
                weights.Wmx.Gradient(_model.Gradients, panel)
            );
        }
    }

    /// <summary>Computes dx = dz · wxᵀ + d(x · wmx) · wmxᵀ, the gradient of h of the layer below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void InputGradient(
        TrainingThread thread,
        Segment segment,
        TrainingLayer weights,
        LayerActivations rows,
        BackwardPass backward,
        int panel
    )
    {
        for (var row = 0; row < segment.Rows; row += SegmentActivations.Lanes)
        {
            var count = Math.Min(SegmentActivations.Lanes, segment.Rows - row);
            var (wx, wmx) = (
                (nint)weights.Wx.TransposedPanel(panel),
                (nint)weights.Wmx.TransposedPanel(panel)
            );
            thread.Scratch.Clear(count);
            _kernels.MultiplyAdd(
                rows.Gates(row),
                _gates,
                count,
                (float*)wx,
                weights.GatePanels * Columns,
                thread.Scratch.Tile,
                (float*)wmx
            );
            _kernels.MultiplyAdd(
                rows.Hm(row),
                _states,
                count,
                (float*)wmx,
                weights.UnitPanels * Columns,
                thread.Scratch.Tile,
                (float*)wx
            );
            _kernels.Store(
                thread.Scratch.Tile,
                count,
                backward.Above + row * _states + panel * Columns,
                _states
            );
        }
    }

    private static ReadOnlySpan<int> Choice(Segment segment, TrainingLayer weights) =>
        weights.ReadsTokens ? segment.Tokens : RowIndices.Zeros.AsSpan(0, segment.Rows);

    private void Multiply(float* transposed, int rows, float* panel, int depth, float* sums) =>
        _kernels.MultiplyAdd(transposed, Stride, rows, panel, depth, sums, panel);

    private void Transpose(
        TrainingThread thread,
        Segment segment,
        float* source,
        AlignedBuffer target
    )
    {
        while (thread.All.TryTake(_model.Layers[0].UnitPanels, out var panel))
        {
            Transposition.Block(
                source + panel * Columns,
                _states,
                segment.Rows,
                Columns,
                target.Pointer + panel * Columns * Stride,
                Stride
            );
        }

        thread.All.EndPhase();
    }

    /// <summary>Transposes h of the step before, for each row.</summary>
    private void TransposeBefore(TrainingThread thread, Segment segment, LayerActivations rows)
    {
        while (thread.All.TryTake(_model.Layers[0].UnitPanels, out var panel))
        {
            for (var step = 0; step < segment.Steps; step++)
            {
                Transposition.Block(
                    rows.H(segment.OffsetBefore(step)) + panel * Columns,
                    _states,
                    segment.Active(step),
                    Columns,
                    _h.Pointer + panel * Columns * Stride + segment.Offset(step),
                    Stride
                );
            }
        }
    }
}
