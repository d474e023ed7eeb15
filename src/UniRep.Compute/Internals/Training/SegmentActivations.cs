using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>The activations of a segment, of every layer, that the forward pass keeps for the backward pass.</summary>
internal sealed class SegmentActivations(MlstmShape shape) : IDisposable
{
    /// <summary>The largest number of sequences that are computed side by side.</summary>
    public const int Lanes = 64;

    /// <summary>The largest number of rows of a segment. A constant, because the rounding of results depends on it.</summary>
    public const int Rows = 1024;

    private readonly LayerActivations[] _layers =
    [
        .. Enumerable
            .Range(0, shape.Layers)
            .Select(layer => new LayerActivations(shape, layer > 0)),
    ];

    public LayerActivations this[int layer] => _layers[layer];

    /// <summary>Gives the bytes that the activations of a segment take.</summary>
    public static long BytesFor(MlstmShape shape) =>
        sizeof(float)
        * (long)Rows
        * shape.Layers
        * (
            (shape.Layers > 1 ? 5 : 4) * LayerActivations.StateStride(shape)
            + LayerActivations.GateStride(shape)
        );

    public void Dispose() => Array.ForEach(_layers, layer => layer.Dispose());
}

/// <summary>
/// The activations of one layer. Rows -64 to -1 of h and c hold the states before the segment. The backward pass overwrites
/// the gates with the gradient of z, and h · wmh with that of x · wmx.
/// </summary>
internal sealed unsafe class LayerActivations(MlstmShape shape, bool readsLayer) : IDisposable
{
    private const int Before = SegmentActivations.Lanes;
    private readonly AlignedBuffer _h = new(
        (Before + SegmentActivations.Rows) * StateStride(shape)
    );
    private readonly AlignedBuffer _c = new(
        (Before + SegmentActivations.Rows) * StateStride(shape)
    );
    private readonly AlignedBuffer _m = new(SegmentActivations.Rows * StateStride(shape));
    private readonly AlignedBuffer _hm = new(SegmentActivations.Rows * StateStride(shape));
    private readonly AlignedBuffer? _xm = readsLayer
        ? new(SegmentActivations.Rows * StateStride(shape))
        : null;
    private readonly AlignedBuffer _gates = new(SegmentActivations.Rows * GateStride(shape));
    private readonly nint _states = StateStride(shape);
    private readonly nint _gateFloats = GateStride(shape);

    /// <summary>Gives the floats from a row of states to the next: whole panels, and not a power of two.</summary>
    public static nint StateStride(MlstmShape shape) => (shape.Units + 63) / 64 * 64 + 16;

    /// <summary>Gives the floats from a row of gates to the next.</summary>
    public static nint GateStride(MlstmShape shape) => (shape.Units + 15) / 16 * 64 + 16;

    public float* H(int row) => _h.Pointer + (Before + row) * _states;

    public float* C(int row) => _c.Pointer + (Before + row) * _states;

    public float* M(int row) => _m.Pointer + row * _states;

    /// <summary>Gives h · wmh; after the backward pass, the gradient of x · wmx.</summary>
    public float* Hm(int row) => _hm.Pointer + row * _states;

    /// <summary>Gives x · wmx, if the input is a layer.</summary>
    public float* Xm(int row) => _xm!.Pointer + row * _states;

    /// <summary>Gives the gates i, f, o, u in panels; after the backward pass, the gradient of z.</summary>
    public float* Gates(int row) => _gates.Pointer + row * _gateFloats;

    public void Dispose()
    {
        _h.Dispose();
        _c.Dispose();
        _m.Dispose();
        _hm.Dispose();
        _xm?.Dispose();
        _gates.Dispose();
    }
}
