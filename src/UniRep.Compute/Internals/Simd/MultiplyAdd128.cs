using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace UniRep.Compute.Internals.Simd;

/// <summary>The rounding of a · b + c. The bits of every result depend on it.</summary>
internal interface IMultiplyAdd128
{
    static abstract Vector128<float> Of(Vector128<float> a, Vector128<float> b, Vector128<float> c);
}

/// <summary>Rounds the product, then the sum: the same on every processor.</summary>
internal readonly struct SeparateMultiplyAdd : IMultiplyAdd128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        a * b + c;
}

/// <summary>Rounds once. Slow on a processor without fused multiply-add.</summary>
internal readonly struct FusedMultiplyAdd : IMultiplyAdd128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.FusedMultiplyAdd(a, b, c);
}
