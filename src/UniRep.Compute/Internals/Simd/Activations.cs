using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals.Simd;

/// <summary>The logistic function and the hyperbolic tangent, each with an error of at most 3 units in the last place.</summary>
internal static class Activations<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x)
    {
        // Beyond ±87 the result is 0 or 1 to within 1e-38 and e⁻ˣ would overflow.
        var clamped = TSimd.Max(
            TSimd.Broadcast(-87f),
            TSimd.Min(TSimd.Broadcast(87f), TSimd.Subtract(TSimd.Zero, x))
        );
        var one = TSimd.Broadcast(1f);
        var (excess, scale) = ExpParts(clamped);
        var exp = TSimd.MultiplyAdd(excess, scale, scale);
        return TSimd.Divide(one, TSimd.Add(one, exp));
    }

    /// <summary>tanh(x) = e / (e + 2) with e = e²ˣ − 1, which is accurate near zero too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        // tanh(9.02) rounds to 1.
        var magnitude = TSimd.Min(TSimd.Broadcast(9.02f), TSimd.Abs(x));
        var (excess, scale) = ExpParts(TSimd.Add(magnitude, magnitude));
        var minusOne = TSimd.Subtract(scale, TSimd.Broadcast(1f));
        var e = TSimd.MultiplyAdd(excess, scale, minusOne);
        return TSimd.CopySign(TSimd.Divide(e, TSimd.Add(e, TSimd.Broadcast(2f))), x);
    }

    /// <summary>
    /// eˣ = (1 + excess) · scale, with scale = 2ⁿ, n the integer nearest to x / ln 2, and excess = eʳ − 1 by the polynomial
    /// of the Cephes library for r = x − n · ln 2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Excess, TVector Scale) ExpParts(TVector x)
    {
        var n = TSimd.Round(TSimd.Multiply(x, TSimd.Broadcast(1.44269504f)));
        // ln 2 in two parts, so that r is exact.
        var r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-0.693359375f), x);
        r = TSimd.MultiplyAdd(n, TSimd.Broadcast(2.12194440e-4f), r);
        var p = TSimd.Broadcast(1.9875691500e-4f);
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1.3981999507e-3f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(8.3334519073e-3f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(4.1665795894e-2f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1.6666665459e-1f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(5.0000001201e-1f));
        return (TSimd.MultiplyAdd(p, TSimd.Multiply(r, r), r), TSimd.PowerOfTwo(n));
    }
}
