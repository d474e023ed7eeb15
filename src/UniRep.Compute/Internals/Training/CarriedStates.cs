using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>h and c of every layer, carried from one segment to the next.</summary>
internal sealed unsafe class CarriedStates(MlstmShape shape, int lanes) : IDisposable
{
    private readonly nint _stride = LayerActivations.StateStride(shape);
    private readonly AlignedBuffer _rows = new(
        2L * shape.Layers * lanes * LayerActivations.StateStride(shape)
    );

    /// <summary>Copies the states after the last step of a segment.</summary>
    public void CopyFrom(Segment segment, SegmentActivations store, int count)
    {
        var row = segment.Offset(segment.Steps - 1);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            Copy(store[layer].H(row), Place(layer, 0), count);
            Copy(store[layer].C(row), Place(layer, 1), count);
        }
    }

    /// <summary>Copies other states.</summary>
    public void CopyFrom(CarriedStates other, int count)
    {
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            Copy(other.Place(layer, 0), Place(layer, 0), count);
            Copy(other.Place(layer, 1), Place(layer, 1), count);
        }
    }

    /// <summary>Copies the states into the rows before a segment.</summary>
    public void CopyTo(SegmentActivations store, int count)
    {
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            Copy(Place(layer, 0), store[layer].H(-SegmentActivations.Lanes), count);
            Copy(Place(layer, 1), store[layer].C(-SegmentActivations.Lanes), count);
        }
    }

    /// <summary>Sets the states to those before the first token.</summary>
    public void Clear() => _rows.Span.Clear();

    public void Dispose() => _rows.Dispose();

    private float* Place(int layer, int which) =>
        _rows.Pointer + (2L * layer + which) * lanes * _stride;

    private void Copy(float* from, float* to, int count)
    {
        var bytes = count * _stride * sizeof(float);
        Buffer.MemoryCopy(from, to, bytes, bytes);
    }
}
