using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>
/// How a panel holds weights, and how they are multiplied. A panel is [items][64 columns]; an item is one weight, or as
/// many narrow ones of consecutive k as fill 32 bits. Rows to multiply hold items of 32 bits as well, so that the same
/// micro-kernels serve every form: vectors are bits to them.
/// </summary>
internal unsafe interface IWeightForm<TVector>
    where TVector : struct
{
    /// <summary>Floats, as a measure of bytes, from one item of a panel to the next.</summary>
    static abstract int Step { get; }

    /// <summary>A vector of items.</summary>
    static abstract TVector Load(float* panel, nint column);

    /// <summary>sum + row item · weights.</summary>
    static abstract TVector MultiplyAdd(TVector row, TVector weights, TVector sum);

    /// <summary>Sums as floats, before scaling.</summary>
    static abstract TVector ToFloat(TVector sum);
}

/// <summary>One float.</summary>
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

/// <summary>One integer of 16 bits, which becomes a float on the way.</summary>
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

/// <summary>Two integers of 16 bits, times two of the same; sums of 32 bits.</summary>
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

/// <summary>Four signed integers of 8 bits, times four of 8 bits without sign; sums of 32 bits.</summary>
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
