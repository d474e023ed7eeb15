using System.Runtime.Intrinsics;

namespace UniRep.Compute.Internals.Simd;

/// <summary>
/// The vector operations of an instruction set. Kernels are generic over this interface: there is one source for all sets,
/// and .NET compiles it once for each.
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

    /// <summary>a · b + c, rounded once or twice, always the same for an instruction set.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Add(TVector a, TVector b);
    static abstract TVector Subtract(TVector a, TVector b);
    static abstract TVector Multiply(TVector a, TVector b);
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>The smaller number; b if one is NaN.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary>The larger number; b if one is NaN.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>2 to the power of an integer n from -126 to 127, given as n + 1.5 · 2²³ + 127.</summary>
    static abstract TVector PowerOfTwo(TVector shifted);

    static abstract TVector Abs(TVector value);

    /// <summary>The magnitude of one vector with the sign of another.</summary>
    static abstract TVector CopySign(TVector magnitude, TVector sign);

    /// <summary>Prefetches a cache line, if the instruction set can.</summary>
    static abstract void Prefetch(void* address);

    /// <summary>16-bit integers as floats.</summary>
    static abstract TVector Widen(short* source);

    /// <summary>32-bit integers as floats.</summary>
    static abstract TVector FromIntegers(TVector integers);

    /// <summary>Stores floats as the nearest integers of 16 bits. They must be in range.</summary>
    static abstract void StoreShorts(TVector first, TVector second, short* target);

    /// <summary>Stores floats as the nearest unsigned integers of 8 bits. They must be in range.</summary>
    static abstract void StoreBytes(
        TVector first,
        TVector second,
        TVector third,
        TVector fourth,
        byte* target
    );

    /// <summary>sum + a₀ · b₀ + a₁ · b₁ for every two 16-bit integers. Sums have 32 bits.</summary>
    static abstract TVector MultiplyAddPairs(TVector a, TVector b, TVector sum);

    /// <summary>
    /// sum + Σ aᵢ · bᵢ for every four 8-bit integers, unsigned in a and signed in b. Sums have 32 bits and are exact.
    /// </summary>
    static abstract TVector MultiplyAddQuads(TVector a, TVector b, TVector sum);
}
