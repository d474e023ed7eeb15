using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UniRep.Compute.Internals.Simd;

/// <summary>AVX2 with FMA: 8 floats.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    public static int Width => 8;
    public static Vector256<float> Zero => Vector256<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(
        Vector256<float> a,
        Vector256<float> b,
        Vector256<float> c
    ) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> a, Vector256<float> b) =>
        Vector256.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) =>
        Vector256.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> PowerOfTwo(Vector256<float> shifted) =>
        (shifted.AsInt32() << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> value) => Vector256.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> CopySign(Vector256<float> magnitude, Vector256<float> sign) =>
        Vector256.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Widen(short* source) =>
        Vector256.ConvertToSingle(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FromIntegers(Vector256<float> integers) =>
        Vector256.ConvertToSingle(integers.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreShorts(
        Vector256<float> first,
        Vector256<float> second,
        short* target
    ) => Vector256.Narrow(Nearest(first), Nearest(second)).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(
        Vector256<float> first,
        Vector256<float> second,
        Vector256<float> third,
        Vector256<float> fourth,
        byte* target
    ) =>
        Vector256
            .Narrow(
                Vector256.Narrow(Nearest(first), Nearest(second)),
                Vector256.Narrow(Nearest(third), Nearest(fourth))
            )
            .AsByte()
            .Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAddPairs(
        Vector256<float> a,
        Vector256<float> b,
        Vector256<float> sum
    )
    {
        if (AvxVnni.IsSupported)
        {
            return AvxVnni
                .MultiplyWideningAndAdd(sum.AsInt32(), a.AsInt16(), b.AsInt16())
                .AsSingle();
        }

        return (sum.AsInt32() + Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16())).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAddQuads(
        Vector256<float> a,
        Vector256<float> b,
        Vector256<float> sum
    )
    {
        if (AvxVnni.IsSupported)
        {
            return AvxVnni
                .MultiplyWideningAndAdd(sum.AsInt32(), a.AsByte(), b.AsSByte())
                .AsSingle();
        }

        // Even and odd integers separately: the sum of two products of 8-bit integers can overflow 16 bits.
        var (x, y) = (a.AsUInt16(), b.AsInt16());
        var even = (x & Vector256.Create((ushort)0xFF)).AsInt16();
        return (
            sum.AsInt32()
            + Avx2.MultiplyAddAdjacent(even, y << 8 >> 8)
            + Avx2.MultiplyAddAdjacent((x >> 8).AsInt16(), y >> 8)
        ).AsSingle();
    }

    private static Vector256<int> Nearest(Vector256<float> value) =>
        Vector256.ConvertToInt32Native(Vector256.Round(value));
}
