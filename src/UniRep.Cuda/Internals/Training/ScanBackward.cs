using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>The backward pass over a segment, from the head down, and the gradients of the matrices.</summary>
internal sealed class ScanBackward : IDisposable
{
    private readonly DisposalScope _owned = new();
    private readonly CudaStream _stream;
    private readonly CudaTrainingKernels _kernels;
    private readonly MatrixProducts _products;
    private readonly TrainingWeights _weights;
    private readonly DeviceMatrix _above;
    private readonly DeviceMatrix _dq;
    private readonly DeviceMatrix _ones;
    private readonly DeviceMatrix[] _h;
    private readonly DeviceMatrix[] _c;
    private readonly int _units;
    private int _later;

    public ScanBackward(
        CudaStream stream,
        CudaTrainingKernels kernels,
        MatrixProducts products,
        TrainingWeights weights,
        TrainingLimits limits
    )
    {
        (_stream, _kernels, _products, _weights) = (stream, kernels, products, weights);
        _units = weights.Units;
        var rows = Math.Max(limits.Rows, limits.Lanes);
        try
        {
            DeviceMatrix Rows(int count, int columns) =>
                new(
                    _owned
                        .Add(
                            new DeviceMemory(stream.Context, (long)count * columns * sizeof(float))
                        )
                        .Address,
                    columns
                );
            _above = Rows(rows, _units);
            _dq = Rows(rows, _units);
            _ones = Rows(rows, CudaTrainingKernels.PaddedTokens);
            _h = [.. weights.Layers.Select(_ => Rows(limits.Lanes, _units))];
            _c = [.. weights.Layers.Select(_ => Rows(limits.Lanes, _units))];
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    private int Top => _weights.Layers.Length - 1;

    /// <summary>Begins a window: no gradient comes from later steps.</summary>
    public void Begin() => _later = 0;

    /// <summary>Adds the gradients of a segment. Segments come in the order from the last of a window to the first.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="trace">What the forward pass kept of it. It is overwritten.</param>
    /// <param name="logits">The gradient of the logits, [rows, 32].</param>
    public void Run(Segment segment, SegmentTrace trace, DeviceMatrix logits)
    {
        Head(segment, trace, logits);
        _kernels.OneHot(_stream, trace.Tokens, _ones, segment.Rows);
        for (var layer = Top; layer >= 0; layer--)
        {
            Steps(segment, trace, layer);
            Matrices(segment, trace, layer);
        }

        _later = segment.Active(0);
    }

    public void Dispose() => _owned.Dispose();

    private void Head(Segment segment, SegmentTrace trace, DeviceMatrix logits)
    {
        _products.Compute(
            ProductLayout.NT,
            logits,
            _weights.Head.Value,
            _above,
            (segment.Rows, _units, CudaTrainingKernels.PaddedClasses),
            isExact: true
        );
        _products.Compute(
            ProductLayout.TN,
            trace[Top].H.From(segment.Active(0)),
            logits,
            _weights.Head.Gradient,
            (_units, CudaTrainingKernels.PaddedClasses, segment.Rows),
            adds: true,
            isExact: true
        );
        _weights.AddHeadBiasGradient(logits, segment.Rows);
    }

    private void Steps(Segment segment, SegmentTrace trace, int layer)
    {
        var (matrices, rows) = (_weights.Layers[layer], trace[layer]);
        var (parts, later) = ((_h[layer].Address, 1), _later);
        for (var step = segment.Steps - 1; step >= 0; step--)
        {
            var (count, row) = (segment.Active(step), segment.Offset(step));
            var tokens = layer == 0 ? trace.Tokens + (ulong)row * sizeof(int) : 0;
            _kernels.GateGradients(
                _stream,
                _above.From(row),
                parts,
                later,
                _c[layer],
                rows.Gates.From(row),
                rows.C.From(SegmentTrace.StateRow(segment, step - 1)),
                rows.C.From(SegmentTrace.StateRow(segment, step)),
                count
            );
            var splits = _products.InParts(
                ProductLayout.NT,
                rows.Gates.From(row),
                matrices.Wh.Value,
                (count, _units, 4 * _units)
            );
            _kernels.MultiplicativeGradients(
                _stream,
                (_products.Parts, splits),
                layer == 0 ? _weights.Xm.Value : rows.Xm.From(row),
                tokens,
                rows.Q.From(row),
                _dq.From(row),
                count
            );
            splits = _products.InParts(
                ProductLayout.NT,
                _dq.From(row),
                matrices.Wmh.Value,
                (count, _units, _units)
            );
            (parts, later) = ((_products.Parts, splits), count);
        }

        _kernels.Sum(_stream, parts.Item1, parts.Item2, _h[layer].Address, later * _units);
    }

    /// <summary>Adds the gradients of a layer's matrices, and gives the layer below its gradient.</summary>
    private void Matrices(Segment segment, SegmentTrace trace, int layer)
    {
        var (matrices, rows) = (_weights.Layers[layer], trace[layer]);
        var (dxm, dz, count) = (rows.Q, rows.Gates, segment.Rows);
        void Add(DeviceMatrix a, DeviceMatrix b, FoldedMatrix to, ulong places = 0) =>
            _products.Compute(
                ProductLayout.TN,
                a,
                b,
                to.Gradient,
                (_units, to.Columns, count),
                adds: true,
                rows: places
            );
        Add(rows.M, dz, matrices.Wh);
        Add(rows.H, _dq, matrices.Wmh, trace.Before);
        if (layer == 0)
        {
            foreach (var (table, of) in new[] { (_weights.Xm, dxm), (_weights.Xz, dz) })
            {
                _products.Compute(
                    ProductLayout.TN,
                    _ones,
                    of,
                    table.Gradient,
                    (MlstmShape.Tokens, of.Pitch, count),
                    adds: true,
                    isExact: true
                );
            }

            return;
        }

        var x = trace[layer - 1].H.From(segment.Active(0));
        Add(x, dxm, matrices.Wmx);
        Add(x, dz, matrices.Wx);
        _weights.AddBiasGradient(layer, dz, count);
        _products.Compute(
            ProductLayout.NT,
            dxm,
            matrices.Wmx.Value,
            _above,
            (count, _units, _units)
        );
        _products.Compute(
            ProductLayout.NT,
            dz,
            matrices.Wx.Value,
            _above,
            (count, _units, 4 * _units),
            adds: true
        );
    }
}
