using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The language-model head over all rows of a segment: the cross-entropy of the next token, and its gradient.
/// </summary>
internal sealed unsafe class HeadPass(TrainingModel model, TrainingKernels kernels) : IDisposable
{
    private const int Columns = PackedMatrix.Columns;
    private const int RowsPerTile = 48;
    private readonly AlignedBuffer _gradients = new(SegmentActivations.Rows * Columns);
    private readonly double[] _nats = new double[SegmentActivations.Rows];
    private readonly int _units = model.Shape.Units;
    private readonly nint _states = LayerActivations.StateStride(model.Shape);

    /// <summary>The cross-entropy of each row in nats.</summary>
    public ReadOnlySpan<double> Nats => _nats;

    /// <summary>The gradient of the logits, [rows][64].</summary>
    public float* Gradients => _gradients.Pointer;

    /// <summary>Computes all rows, and the gradient of h of the top layer unless <paramref name="above"/> is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(TrainingThread thread, Segment segment, LayerActivations top, float* above)
    {
        var chunks = (segment.Rows + RowsPerTile - 1) / RowsPerTile;
        while (thread.All.TryTake(chunks, out var chunk))
        {
            var row = chunk * RowsPerTile;
            var count = Math.Min(RowsPerTile, segment.Rows - row);
            var zeros = RowIndices.Zeros.AsSpan(0, count);
            kernels.Load(model.HeadB, 0, zeros, thread.Scratch.Tile);
            kernels.MultiplyAdd(
                top.H(row),
                _states,
                count,
                model.HeadW,
                _units,
                thread.Scratch.Tile,
                model.HeadW
            );
            for (var at = row; at < row + count; at++)
            {
                _nats[at] = CrossEntropy(
                    thread.Scratch.Tile + (at - row) * Columns,
                    segment.Targets[at] - 1,
                    segment.Scales[at],
                    Gradients + at * Columns
                );
            }

            for (var panel = 0; above is not null && panel < model.Layers[0].UnitPanels; panel++)
            {
                thread.Scratch.Clear(count);
                kernels.MultiplyAdd(
                    Gradients + row * Columns,
                    Columns,
                    count,
                    model.HeadTransposed(panel),
                    MlstmShape.Classes,
                    thread.Scratch.Tile,
                    model.HeadTransposed(panel)
                );
                kernels.Store(
                    thread.Scratch.Tile,
                    count,
                    above + row * _states + panel * Columns,
                    _states
                );
            }
        }

        thread.All.EndPhase();
    }

    public void Dispose() => _gradients.Dispose();

    /// <summary>Computes −log softmax(logits)[target], and the gradient scale · (softmax − one-hot).</summary>
    private static double CrossEntropy(float* logits, int target, float scale, float* gradient)
    {
        var top = logits[0];
        for (var k = 1; k < MlstmShape.Classes; k++)
        {
            top = Math.Max(top, logits[k]);
        }

        var sum = 0f;
        for (var k = 0; k < MlstmShape.Classes; k++)
        {
            gradient[k] = MathF.Exp(logits[k] - top);
            sum += gradient[k];
        }

        for (var k = 0; k < MlstmShape.Classes; k++)
        {
            gradient[k] *= scale / sum;
        }

        gradient[target] -= scale;
        return Math.Log(sum) - ((double)logits[target] - top);
    }
}
