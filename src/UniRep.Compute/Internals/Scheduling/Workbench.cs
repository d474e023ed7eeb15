using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>What a thread of a lane group has to itself: tiles, and rows in the form that products read.</summary>
internal sealed unsafe class Workbench(int lanes, int units, Precision precision) : IDisposable
{
    private readonly AlignedBuffer _tiles = new(3L * lanes * PackedMatrix.Columns);

    /// <summary>Ticks for which its thread was blocked in steps.</summary>
    public long Blocked;

    /// <summary>Gets or sets the phase whose rows it has read.</summary>
    public long Phase { get; set; } = -2;

    public float* Tile => _tiles.Pointer;

    /// <summary>x · wmx beside h · wmh.</summary>
    public float* Second => _tiles.Pointer + (nint)lanes * PackedMatrix.Columns;

    /// <summary>Sums of integers.</summary>
    public float* Scratch => _tiles.Pointer + (nint)2 * lanes * PackedMatrix.Columns;

    /// <summary>h, then m, of the layer at work.</summary>
    public Operand State { get; } = new(lanes, units, precision);

    /// <summary>h of the layer below.</summary>
    public Operand Input { get; } = new(lanes, units, precision);

    /// <summary>h of the top layer, for the head.</summary>
    public Operand Floats { get; } = new(lanes, units, Precision.Exact);

    public void Dispose()
    {
        _tiles.Dispose();
        State.Dispose();
        Input.Dispose();
        Floats.Dispose();
    }
}
