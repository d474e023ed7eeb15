using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The states of the lanes: h and c of every layer, m, and the running sum of h of the top layer.</summary>
internal sealed unsafe class LaneStates : IDisposable
{
    private readonly MlstmShape _shape;
    private readonly AlignedBuffer[] _h;
    private readonly AlignedBuffer[] _c;
    private readonly AlignedBuffer _m;
    private readonly AlignedBuffer _sum;
    private readonly AlignedBuffer _compensation;
    private readonly AlignedBuffer[] _carried;

    public LaneStates(MlstmShape shape, int lanes)
    {
        _shape = shape;
        // Whole panels. Not a power of two: the rows of a block would share cache sets.
        Stride =
            (shape.Units + PackedMatrix.Columns - 1) / PackedMatrix.Columns * PackedMatrix.Columns
            + 16;
        AlignedBuffer Rows() => new((long)lanes * Stride);
        _h = [.. Enumerable.Range(0, shape.Layers).Select(_ => Rows())];
        _c = [.. Enumerable.Range(0, shape.Layers).Select(_ => Rows())];
        _m = Rows();
        _sum = Rows();
        _compensation = Rows();
        _carried = [.. _h, .. _c, _sum, _compensation];
    }

    /// <summary>Floats from one lane to the next.</summary>
    public nint Stride { get; }

    /// <summary>m of the current layer, [lanes][Stride].</summary>
    public float* M => _m.Pointer;

    /// <summary>h of a layer, [lanes][Stride].</summary>
    public float* H(Index layer) => _h[layer].Pointer;

    /// <summary>h of the top layer in one lane, [H].</summary>
    public ReadOnlySpan<float> TopH(int lane) => new(H(^1) + lane * Stride, _shape.Units);

    /// <summary>The places where the gates of 16 units write, of the first lane.</summary>
    public GateTargets TargetsOf(int layer, int unit)
    {
        var isTop = layer == _shape.Layers - 1;
        return new GateTargets
        {
            H = _h[layer].Pointer + unit,
            C = _c[layer].Pointer + unit,
            Sum = isTop ? _sum.Pointer + unit : null,
            Compensation = isTop ? _compensation.Pointer + unit : null,
            Stride = Stride,
        };
    }

    /// <summary>Sets a lane to the state before the first token.</summary>
    public void Reset(int lane)
    {
        foreach (var buffer in _carried)
        {
            Row(buffer, lane).Clear();
        }
    }

    /// <summary>The number of floats of the state of a lane.</summary>
    public int Size => _carried.Length * (int)Stride;

    /// <summary>Copies the state of a lane out, [Size].</summary>
    public void Save(int lane, Span<float> state)
    {
        for (var at = 0; at < _carried.Length; at++)
        {
            Row(_carried[at], lane).CopyTo(state[(at * (int)Stride)..]);
        }
    }

    /// <summary>Sets a lane to a saved state.</summary>
    public void Restore(int lane, ReadOnlySpan<float> state)
    {
        for (var at = 0; at < _carried.Length; at++)
        {
            state.Slice(at * (int)Stride, (int)Stride).CopyTo(Row(_carried[at], lane));
        }
    }

    /// <summary>Copies the state of a lane into another lane.</summary>
    public void Move(int from, int to)
    {
        foreach (var buffer in _carried)
        {
            Row(buffer, from).CopyTo(Row(buffer, to));
        }
    }

    /// <summary>Copies the state of a lane into a lane of another group of the same model.</summary>
    public void CopyTo(int lane, LaneStates other, int otherLane)
    {
        for (var at = 0; at < _carried.Length; at++)
        {
            Row(_carried[at], lane).CopyTo(other.Row(other._carried[at], otherLane));
        }
    }

    /// <summary>Writes average, final and cell of a lane, [3 H].</summary>
    public void CopyVectors(int lane, int steps, Span<float> vectors)
    {
        var units = _shape.Units;
        var sum = Row(_sum, lane);
        var compensation = Row(_compensation, lane);
        for (var unit = 0; unit < units; unit++)
        {
            vectors[unit] = (float)(((double)sum[unit] - compensation[unit]) / steps);
        }

        TopH(lane).CopyTo(vectors[units..]);
        Row(_c[^1], lane)[..units].CopyTo(vectors[(2 * units)..]);
    }

    public void Dispose()
    {
        foreach (var buffer in _carried)
        {
            buffer.Dispose();
        }

        _m.Dispose();
    }

    private Span<float> Row(AlignedBuffer buffer, int lane) =>
        new(buffer.Pointer + lane * Stride, (int)Stride);
}
