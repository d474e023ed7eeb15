using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>The forward pass over a segment, layer by layer, and the head.</summary>
internal sealed class ScanForward(
    CudaStream stream,
    CudaTrainingKernels kernels,
    MatrixProducts products,
    TrainingWeights weights
)
{
    private readonly int _units = weights.Units;

    /// <summary>Computes all states of a segment from those before it, which stand in the trace.</summary>
    public void Run(Segment segment, SegmentTrace trace)
    {
        for (var layer = 0; layer < weights.Layers.Length; layer++)
        {
            var (matrices, rows) = (weights.Layers[layer], trace[layer]);
            if (layer > 0)
            {
                var x = trace[layer - 1].H.From(segment.Active(0));
                products.Compute(
                    ProductLayout.NN,
                    x,
                    matrices.Wmx.Value,
                    rows.Xm,
                    (segment.Rows, _units, _units)
                );
                products.Compute(
                    ProductLayout.NN,
                    x,
                    matrices.Wx.Value,
                    rows.Gates,
                    (segment.Rows, 4 * _units, _units)
                );
            }

            for (var step = 0; step < segment.Steps; step++)
            {
                Step(segment, step, trace, layer, matrices);
            }
        }
    }

    /// <summary>Computes the cross-entropy of each row, and its gradient by the logits in their place.</summary>
    public void Loss(Segment segment, SegmentTrace trace, DeviceMatrix logits, ulong nats)
    {
        products.Compute(
            ProductLayout.NN,
            trace[weights.Layers.Length - 1].H.From(segment.Active(0)),
            weights.Head.Value,
            logits,
            (segment.Rows, CudaTrainingKernels.PaddedClasses, _units),
            isExact: true
        );
        kernels.Loss(
            stream,
            logits,
            weights.HeadBias,
            trace.Targets,
            trace.Scales,
            nats,
            segment.Rows
        );
    }

    private void Step(
        Segment segment,
        int step,
        SegmentTrace trace,
        int layer,
        TrainingLayerWeights matrices
    )
    {
        var (count, row, rows) = (segment.Active(step), segment.Offset(step), trace[layer]);
        var before = SegmentTrace.StateRow(segment, step - 1);
        var own = SegmentTrace.StateRow(segment, step);
        var tokens = layer == 0 ? trace.Tokens + (ulong)row * sizeof(int) : 0;
        var parts = products.InParts(
            ProductLayout.NN,
            rows.H.From(before),
            matrices.Wmh.Value,
            (count, _units, _units)
        );
        kernels.Multiplicative(
            stream,
            (products.Parts, parts),
            layer == 0 ? weights.Xm.Value : rows.Xm.From(row),
            tokens,
            rows.Q.From(row),
            rows.M.From(row),
            count
        );
        parts = products.InParts(
            ProductLayout.NN,
            rows.M.From(row),
            matrices.Wh.Value,
            (count, 4 * _units, _units)
        );
        kernels.Gates(
            stream,
            (products.Parts, parts),
            weights.Xz.Value,
            tokens,
            matrices.B.Value.Address,
            rows.Gates.From(row),
            rows.C.From(before),
            rows.C.From(own),
            rows.H.From(own),
            count
        );
    }
}
