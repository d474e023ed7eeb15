using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The scratch buffers of one thread of a lane group: tiles, and rows in the form that products read.</summary>
internal sealed unsafe class StepScratch(int lanes, int units, Precision precision) : IDisposable
{
    private readonly AlignedBuffer _tiles = new(3L * lanes * PackedMatrix.Columns);

    /// <summary>Ticks for which the thread was blocked in steps.</summary>
    public long Blocked;

    /// <summary>Gets or sets the phase whose rows are in the buffers.</summary>
    public long Phase { get; set; } = -2;

    /// <summary>The outputs of the current panel, [lanes][64].</summary>
    public float* Tile => _tiles.Pointer;

    /// <summary>x · wmx, while the tile holds h · wmh, [lanes][64].</summary>
    public float* InputTile => _tiles.Pointer + (nint)lanes * PackedMatrix.Columns;

    /// <summary>Integer sums, [lanes][64].</summary>
    public float* Sums => _tiles.Pointer + (nint)2 * lanes * PackedMatrix.Columns;

    /// <summary>h, then m, of the current layer.</summary>
    public Operand State { get; } = new(lanes, units, precision);

    /// <summary>h of the layer below.</summary>
    public Operand Input { get; } = new(lanes, units, precision);

    /// <summary>h of the top layer in float32, for the head.</summary>
    public Operand TopState { get; } = new(lanes, units, Precision.Exact);

    public void Dispose()
    {
        _tiles.Dispose();
        State.Dispose();
        Input.Dispose();
        TopState.Dispose();
    }
}
