using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace UniRep.Compute.Internals.Simd;

/// <summary>Vectors of 128 bits: 4 floats, on ARM64 and every x64, with one of two kinds of multiply-add.</summary>
internal readonly unsafe struct Simd128<TMultiplyAdd> : ISimd<Vector128<float>>
    where TMultiplyAdd : struct, IMultiplyAdd128
{
    public static int Width => 4;
    public static Vector128<float> Zero => Vector128<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(
        Vector128<float> a,
        Vector128<float> b,
        Vector128<float> c
    ) => TMultiplyAdd.Of(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) =>
        Vector128.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) =>
        Vector128.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> PowerOfTwo(Vector128<float> shifted) =>
        (shifted.AsInt32() << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> value) => Vector128.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> CopySign(Vector128<float> magnitude, Vector128<float> sign) =>
        Vector128.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Widen(short* source) =>
        Vector128.ConvertToSingle(Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FromIntegers(Vector128<float> integers) =>
        Vector128.ConvertToSingle(integers.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreShorts(
        Vector128<float> first,
        Vector128<float> second,
        short* target
    ) => Vector128.Narrow(Nearest(first), Nearest(second)).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(
        Vector128<float> first,
        Vector128<float> second,
        Vector128<float> third,
        Vector128<float> fourth,
        byte* target
    ) =>
        Vector128
            .Narrow(
                Vector128.Narrow(Nearest(first), Nearest(second)),
                Vector128.Narrow(Nearest(third), Nearest(fourth))
            )
            .AsByte()
            .Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAddPairs(
        Vector128<float> a,
        Vector128<float> b,
        Vector128<float> sum
    )
    {
        if (Sse2.IsSupported)
        {
            return (sum.AsInt32() + Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16())).AsSingle();
        }

        var (x, y) = (a.AsInt32(), b.AsInt32());
        return (
            sum.AsInt32() + (x << 16 >> 16) * (y << 16 >> 16) + (x >> 16) * (y >> 16)
        ).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAddQuads(
        Vector128<float> a,
        Vector128<float> b,
        Vector128<float> sum
    )
    {
        if (Dp.IsSupported)
        {
            // The instruction takes signed integers: a = (a − 128) + 128.
            var (signed, half) = (a.AsByte() ^ Vector128.Create((byte)128), (sbyte)64);
            var offset = Dp.DotProduct(Vector128<int>.Zero, b.AsSByte(), Vector128.Create(half));
            return Dp.DotProduct(sum.AsInt32() + (offset << 1), signed.AsSByte(), b.AsSByte())
                .AsSingle();
        }

        if (Sse2.IsSupported)
        {
            // Even and odd integers separately: the sum of two products of 8-bit integers can overflow 16 bits.
            var (pairs, weights) = (a.AsUInt16(), b.AsInt16());
            var even = (pairs & Vector128.Create((ushort)0xFF)).AsInt16();
            return (
                sum.AsInt32()
                + Sse2.MultiplyAddAdjacent(even, weights << 8 >> 8)
                + Sse2.MultiplyAddAdjacent((pairs >> 8).AsInt16(), weights >> 8)
            ).AsSingle();
        }

        var (x, y) = (a.AsUInt32(), b.AsInt32());
        return (
            sum.AsInt32()
            + (x & Vector128.Create(0xFFu)).AsInt32() * (y << 24 >> 24)
            + (x << 16 >> 24).AsInt32() * (y << 16 >> 24)
            + (x << 8 >> 24).AsInt32() * (y << 8 >> 24)
            + (x >> 24).AsInt32() * (y >> 24)
        ).AsSingle();
    }

    private static Vector128<int> Nearest(Vector128<float> value) =>
        Vector128.ConvertToInt32Native(Vector128.Round(value));
}
