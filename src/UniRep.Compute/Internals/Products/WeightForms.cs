using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>
/// The form of the weights of a panel, and their multiplication. A panel is [items][64 columns]. An item is one weight, or
/// several narrow weights of consecutive k that fill 32 bits. The rows to multiply have items of 32 bits too, so that the
/// same micro-kernels serve every form.
/// </summary>
internal unsafe interface IWeightForm<TVector>
    where TVector : struct
{
    /// <summary>The distance from one item of a panel to the next, in floats (4 bytes).</summary>
    static abstract int Step { get; }

    /// <summary>Loads a vector of items.</summary>
    static abstract TVector Load(float* panel, nint column);

    /// <summary>Computes sum + row item · weights.</summary>
    static abstract TVector MultiplyAdd(TVector row, TVector weights, TVector sum);

    /// <summary>Converts sums to floats, before scaling.</summary>
    static abstract TVector ToFloat(TVector sum);
}

/// <summary>An item is one float.</summary>
internal readonly unsafe struct Floats<TSimd, TVector> : IWeightForm<TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public static int Step => PackedMatrix.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(float* panel, nint column) => TSimd.Load(panel + column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MultiplyAdd(TVector row, TVector weights, TVector sum) =>
        TSimd.MultiplyAdd(row, weights, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ToFloat(TVector sum) => sum;
}

/// <summary>An item is one integer of 16 bits, converted to a float when it is loaded.</summary>
internal readonly unsafe struct WidenedShorts<TSimd, TVector> : IWeightForm<TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public static int Step => PackedMatrix.Columns / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(float* panel, nint column) => TSimd.Widen((short*)panel + column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MultiplyAdd(TVector row, TVector weights, TVector sum) =>
        TSimd.MultiplyAdd(row, weights, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ToFloat(TVector sum) => sum;
}

/// <summary>An item is two integers of 16 bits, as in the rows. Sums have 32 bits.</summary>
internal readonly unsafe struct ShortPairs<TSimd, TVector> : IWeightForm<TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public static int Step => PackedMatrix.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(float* panel, nint column) => TSimd.Load(panel + column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MultiplyAdd(TVector row, TVector weights, TVector sum) =>
        TSimd.MultiplyAddPairs(row, weights, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ToFloat(TVector sum) => TSimd.FromIntegers(sum);
}

/// <summary>An item is four signed integers of 8 bits; those of the rows are unsigned. Sums have 32 bits.</summary>
internal readonly unsafe struct ByteQuads<TSimd, TVector> : IWeightForm<TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public static int Step => PackedMatrix.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(float* panel, nint column) => TSimd.Load(panel + column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MultiplyAdd(TVector row, TVector weights, TVector sum) =>
        TSimd.MultiplyAddQuads(row, weights, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ToFloat(TVector sum) => TSimd.FromIntegers(sum);
}
