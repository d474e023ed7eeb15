using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace UniRep.Compute.Internals.Simd;

/// <summary>How a · b + c is rounded, which decides about the bits of every result.</summary>
internal interface IMultiplyAdd128
{
    static abstract Vector128<float> Of(Vector128<float> a, Vector128<float> b, Vector128<float> c);
}

/// <summary>Rounds the product, then the sum: on every processor the same.</summary>
internal readonly struct SeparateMultiplyAdd : IMultiplyAdd128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        a * b + c;
}

/// <summary>Rounds once; slow where the processor cannot.</summary>
internal readonly struct FusedMultiplyAdd : IMultiplyAdd128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.FusedMultiplyAdd(a, b, c);
}
