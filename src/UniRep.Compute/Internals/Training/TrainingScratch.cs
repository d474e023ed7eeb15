using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>The scratch buffers of one thread of a trainer.</summary>
internal sealed unsafe class TrainingScratch : IDisposable
{
    private const int Columns = PackedMatrix.Columns;
    private readonly AlignedBuffer _tile = new(SegmentActivations.Lanes * Columns);
    private readonly AlignedBuffer _panel = new(SegmentActivations.Rows * Columns);
    private readonly AlignedBuffer _discarded = new(MlstmShape.Tokens * Columns);

    /// <summary>A tile with a row for each lane, [lanes][64].</summary>
    public float* Tile => _tile.Pointer;

    /// <summary>64 columns of all rows of a segment, [rows][64].</summary>
    public float* Panel => _panel.Pointer;

    /// <summary>A place for sums that nothing reads, [tokens][64].</summary>
    public float* Discarded => _discarded.Pointer;

    /// <summary>Sets rows of the tile to zero.</summary>
    public void Clear(int rows) => new Span<float>(Tile, rows * Columns).Clear();

    public void Dispose()
    {
        _tile.Dispose();
        _panel.Dispose();
        _discarded.Dispose();
    }
}
