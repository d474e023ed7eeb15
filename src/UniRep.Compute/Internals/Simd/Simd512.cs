using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UniRep.Compute.Internals.Simd;

/// <summary>AVX-512: 16 floats.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    public static int Width => 16;
    public static Vector512<float> Zero => Vector512<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c
    ) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> a, Vector512<float> b) =>
        Vector512.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) =>
        Vector512.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PowerOfTwo(Vector512<float> shifted) =>
        (shifted.AsInt32() << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> CopySign(Vector512<float> magnitude, Vector512<float> sign) =>
        Vector512.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Widen(short* source) =>
        Vector512.ConvertToSingle(Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromIntegers(Vector512<float> integers) =>
        Vector512.ConvertToSingle(integers.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreShorts(
        Vector512<float> first,
        Vector512<float> second,
        short* target
    ) => Vector512.Narrow(Nearest(first), Nearest(second)).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(
        Vector512<float> first,
        Vector512<float> second,
        Vector512<float> third,
        Vector512<float> fourth,
        byte* target
    ) =>
        Vector512
            .Narrow(
                Vector512.Narrow(Nearest(first), Nearest(second)),
                Vector512.Narrow(Nearest(third), Nearest(fourth))
            )
            .AsByte()
            .Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAddPairs(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> sum
    ) => (sum.AsInt32() + Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16())).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAddQuads(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> sum
    )
    {
        // Even and odd integers separately: the sum of two products of 8-bit integers can overflow 16 bits.
        var (x, y) = (a.AsUInt16(), b.AsInt16());
        var even = (x & Vector512.Create((ushort)0xFF)).AsInt16();
        return (
            sum.AsInt32()
            + Avx512BW.MultiplyAddAdjacent(even, y << 8 >> 8)
            + Avx512BW.MultiplyAddAdjacent((x >> 8).AsInt16(), y >> 8)
        ).AsSingle();
    }

    private static Vector512<int> Nearest(Vector512<float> value) =>
        Vector512.ConvertToInt32Native(Vector512.Round(value));
}
