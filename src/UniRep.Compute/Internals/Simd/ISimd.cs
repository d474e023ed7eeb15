using System.Runtime.Intrinsics;
using UniRep.Compute.Internals.Products;

namespace UniRep.Compute.Internals.Simd;

/// <summary>
/// What a kernel needs of an instruction set. Kernels are generic over it and compiled once per set, so that there is
/// one source for all of them.
/// </summary>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Floats per vector.</summary>
    static abstract int Width { get; }

    static abstract TVector Zero { get; }
    static abstract TVector Broadcast(float value);
    static abstract TVector Load(float* source);
    static abstract void Store(TVector value, float* target);

    /// <summary>a · b + c, in one rounding or in two, but always alike for a set.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Add(TVector a, TVector b);
    static abstract TVector Subtract(TVector a, TVector b);
    static abstract TVector Multiply(TVector a, TVector b);
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>The smaller; b where one is not a number.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary>The larger; b where one is not a number.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>The nearest integer.</summary>
    static abstract TVector Round(TVector value);

    /// <summary>2 to the power of an integer from -126 to 127.</summary>
    static abstract TVector PowerOfTwo(TVector exponent);

    static abstract TVector Abs(TVector value);

    /// <summary>The magnitude of one vector with the sign of another.</summary>
    static abstract TVector CopySign(TVector magnitude, TVector sign);

    /// <summary>Asks for a cache line; does nothing where that cannot be said.</summary>
    static abstract void Prefetch(void* address);

    /// <summary>16-bit integers as floats.</summary>
    static abstract TVector Widen(short* source);

    /// <summary>32-bit integers as floats.</summary>
    static abstract TVector FromIntegers(TVector integers);

    /// <summary>Floats as the nearest integers of 16 bits, which they must fit.</summary>
    static abstract void StoreShorts(TVector first, TVector second, short* target);

    /// <summary>Floats as the nearest integers of 8 bits without sign, which they must fit.</summary>
    static abstract void StoreBytes(
        TVector first,
        TVector second,
        TVector third,
        TVector fourth,
        byte* target
    );

    /// <summary>sum + a₀ · b₀ + a₁ · b₁ for every two 16-bit integers; the sum is one of 32 bits.</summary>
    static abstract TVector MultiplyAddPairs(TVector a, TVector b, TVector sum);

    /// <summary>
    /// sum + Σ aᵢ · bᵢ for every four 8-bit integers, those of a without sign and those of b signed; the sum is one of
    /// 32 bits, and exact.
    /// </summary>
    static abstract TVector MultiplyAddQuads(TVector a, TVector b, TVector sum);
}
