using System.Runtime.InteropServices;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// What the forward pass keeps of a segment, for the backward pass. Rows of h and c begin with the states before the segment, one
/// for each sequence of its first step.
/// </summary>
internal sealed class SegmentTrace : IDisposable
{
    private readonly DisposalScope _owned = new();
    private readonly DeviceMemory _indices;
    private readonly TraceLayer[] _layers;
    private readonly int _rows;
    private readonly int[] _numbers;

    /// <param name="context">The context; made current.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="units">The number of units with padding.</param>
    /// <param name="limits">The largest segment.</param>
    public SegmentTrace(CudaContext context, int layers, int units, TrainingLimits limits)
    {
        _rows = Math.Max(limits.Rows, limits.Lanes);
        try
        {
            DeviceMatrix Rows(int rows, int columns) =>
                new(
                    _owned
                        .Add(new DeviceMemory(context, (long)rows * columns * sizeof(float)))
                        .Address,
                    columns
                );
            _numbers = new int[4 * _rows];
            _indices = _owned.Add(new DeviceMemory(context, 4L * _rows * sizeof(int)));
            _layers =
            [
                .. Enumerable
                    .Range(0, layers)
                    .Select(layer => new TraceLayer(
                        layer == 0 ? default : Rows(_rows, units),
                        Rows(_rows, units),
                        Rows(_rows, units),
                        Rows(_rows, 4 * units),
                        Rows(limits.Lanes + _rows, units),
                        Rows(limits.Lanes + _rows, units)
                    )),
            ];
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Gets the input token of each row.</summary>
    public ulong Tokens => Index(0);

    /// <summary>Gets the token that each row predicts.</summary>
    public ulong Targets => Index(1);

    /// <summary>Gets the factor of each row's cross-entropy, as float32.</summary>
    public ulong Scales => Index(2);

    /// <summary>Gets where the state before each row stands.</summary>
    public ulong Before => Index(3);

    /// <summary>Gets a layer.</summary>
    public TraceLayer this[int layer] => _layers[layer];

    /// <summary>Gives the bytes that a trace takes.</summary>
    public static long BytesFor(int layers, int units, TrainingLimits limits)
    {
        long rows = Math.Max(limits.Rows, limits.Lanes);
        var floats = rows * 9 * layers + 2L * limits.Lanes * layers - rows;
        return sizeof(float) * (floats * units + 4 * rows);
    }

    /// <summary>Gives the place of a state: of a step's first row, or of the states before the segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="step">The step; −1 for the states before the segment.</param>
    public static int StateRow(Segment segment, int step) =>
        step < 0 ? 0 : segment.Active(0) + segment.Offset(step);

    /// <summary>Brings the indices of a segment to the device.</summary>
    public void Begin(CudaStream stream, Segment segment)
    {
        segment.Tokens.CopyTo(_numbers.AsSpan());
        segment.Targets.CopyTo(_numbers.AsSpan(_rows));
        MemoryMarshal.Cast<float, int>(segment.Scales.AsSpan()).CopyTo(_numbers.AsSpan(2 * _rows));
        for (var step = 0; step < segment.Steps; step++)
        {
            var before = StateRow(segment, step - 1);
            for (var lane = 0; lane < segment.Active(step); lane++)
            {
                _numbers[(3 * _rows) + segment.Offset(step) + lane] = before + lane;
            }
        }

        stream.UploadNow<int>(_numbers, _indices);
    }

    public void Dispose() => _owned.Dispose();

    private ulong Index(int array) => _indices.Address + (ulong)array * (ulong)_rows * sizeof(int);
}

/// <summary>What the forward pass keeps of a layer. The backward pass overwrites gates and q.</summary>
/// <param name="Xm">x · wmx, [rows, H]; nothing in the first layer, which has a table.</param>
/// <param name="Q">h · wmh; later the gradient of x · wmx, [rows, H].</param>
/// <param name="M">m, [rows, H].</param>
/// <param name="Gates">i, f, o and u; later the gradient of z, [rows, 4H].</param>
/// <param name="H">h, [before + rows, H].</param>
/// <param name="C">c, [before + rows, H].</param>
internal readonly record struct TraceLayer(
    DeviceMatrix Xm,
    DeviceMatrix Q,
    DeviceMatrix M,
    DeviceMatrix Gates,
    DeviceMatrix H,
    DeviceMatrix C
);

/// <summary>
/// The largest parts of a batch. Sums depend on them in their last digits, so they are constants but for tests.
/// </summary>
/// <param name="Lanes">The sequences side by side.</param>
/// <param name="Rows">The rows of a segment.</param>
internal sealed record TrainingLimits(int Lanes = 512, int Rows = 8192);
