using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Products;

/// <summary>
/// What one call of a micro-kernel multiplies: rows of a with 64 packed columns. Emitted kernels rely on the order of the
/// fields.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct TileArguments
{
    /// <summary>The first row, from the first k of the block.</summary>
    public float* A { get; init; }

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride { get; init; }

    /// <summary>The panel's block, [Depth][64], from the slice's first column.</summary>
    public float* Panel { get; init; }

    /// <summary>How many k the block has.</summary>
    public nint Depth { get; init; }

    /// <summary>The accumulators, [rows][64], from the slice's first column.</summary>
    public float* Tile { get; init; }

    /// <summary>What to prefetch while this block is multiplied: two streams that advance side by side.</summary>
    public byte* Next { get; init; }

    /// <summary>Bytes from the first stream to the second.</summary>
    public nint Ahead { get; init; }

    /// <summary>Bytes that each stream advances per k; at most a cache line, so that no line is left out.</summary>
    public nint Step { get; init; }
}
