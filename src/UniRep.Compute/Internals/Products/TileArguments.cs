using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Products;

/// <summary>
/// The arguments of a micro-kernel, which multiplies rows of a with 64 packed columns. Emitted kernels depend on the order
/// of the fields.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct TileArguments
{
    /// <summary>The first row, at the first k of the block.</summary>
    public float* A { get; init; }

    /// <summary>The number of floats from one row to the next.</summary>
    public nint Stride { get; init; }

    /// <summary>The block of the panel, at the first column of the slice.</summary>
    public float* Panel { get; init; }

    /// <summary>The number of k of the block.</summary>
    public nint Depth { get; init; }

    /// <summary>The sums, [rows][64], at the first column of the slice.</summary>
    public float* Tile { get; init; }

    /// <summary>The memory to prefetch: two streams that advance side by side. This is the first.</summary>
    public byte* Next { get; init; }

    /// <summary>Bytes from the first stream to the second.</summary>
    public nint Ahead { get; init; }

    /// <summary>Bytes that each stream advances per k: at most a cache line, so that no line is skipped.</summary>
    public nint Step { get; init; }

    /// <summary>Floats (4 bytes) from one k of the panel to the next. Kernels of AVX-512 know it: they read whole panels.</summary>
    public nint Item { get; init; }

    /// <summary>Floats from the first two vectors of a k to the next two, for kernels that are four vectors wide.</summary>
    public nint Pair { get; init; }
}
