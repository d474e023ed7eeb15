using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals.Simd;

/// <summary>
/// The logistic function and the hyperbolic tangent, each with an error of at most 3 units in the last place. Both are
/// quotients; a product of two of them needs one division.
/// </summary>
internal static class Activations<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // A float of this size holds integers only: the sum of it and x ends in the bits of the integer nearest to x, and of the
    // bias of an exponent.
    private const float Shift = 3 * (1 << 22) + 127;

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x) =>
        TSimd.Divide(TSimd.Broadcast(1f), SigmoidDenominator(x));

    /// <summary>1 + e⁻ˣ, the reciprocal of σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SigmoidDenominator(TVector x)
    {
        // Beyond ±87 the result is 0 or 1 to within 1e-38 and e⁻ˣ would overflow.
        var clamped = TSimd.Max(
            TSimd.Broadcast(-87f),
            TSimd.Min(TSimd.Broadcast(87f), TSimd.Subtract(TSimd.Zero, x))
        );
        var (excess, scale) = ExpParts(clamped);
        return TSimd.Add(TSimd.Broadcast(1f), TSimd.MultiplyAdd(excess, scale, scale));
    }

    /// <summary>tanh(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        var (numerator, denominator) = TanhQuotient(x);
        return TSimd.Divide(numerator, denominator);
    }

    /// <summary>tanh(x) = ±e / (e + 2) with e = e²ˣ − 1 of the magnitude of x, which is accurate near zero too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Numerator, TVector Denominator) TanhQuotient(TVector x)
    {
        // tanh(9.02) rounds to 1.
        var magnitude = TSimd.Min(TSimd.Broadcast(9.02f), TSimd.Abs(x));
        var (excess, scale) = ExpParts(TSimd.Add(magnitude, magnitude));
        var minusOne = TSimd.Subtract(scale, TSimd.Broadcast(1f));
        var e = TSimd.MultiplyAdd(excess, scale, minusOne);
        return (TSimd.CopySign(e, x), TSimd.Add(e, TSimd.Broadcast(2f)));
    }

    /// <summary>
    /// eˣ = (1 + excess) · scale, with scale = 2ⁿ, n the integer nearest to x / ln 2, and excess = eʳ − 1 for r = x − n · ln 2 by a
    /// polynomial of the least largest error, 3e-9 of eʳ.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Excess, TVector Scale) ExpParts(TVector x)
    {
        var shifted = TSimd.MultiplyAdd(x, TSimd.Broadcast(1.44269504f), TSimd.Broadcast(Shift));
        var n = TSimd.Subtract(shifted, TSimd.Broadcast(Shift));
        // ln 2 in two parts, so that r is exact.
        var r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-0.693359375f), x);
        r = TSimd.MultiplyAdd(n, TSimd.Broadcast(2.12194440e-4f), r);
        var square = TSimd.Multiply(r, r);
        var low = TSimd.MultiplyAdd(
            r,
            TSimd.Broadcast(1.6666521131992e-1f),
            TSimd.Broadcast(4.9999994039536e-1f)
        );
        var high = TSimd.MultiplyAdd(
            r,
            TSimd.Broadcast(8.3687454462051e-3f),
            TSimd.Broadcast(4.1668388992548e-2f)
        );
        high = TSimd.MultiplyAdd(square, TSimd.Broadcast(1.3814540579915e-3f), high);
        var p = TSimd.MultiplyAdd(square, high, low);
        return (TSimd.MultiplyAdd(p, square, r), TSimd.PowerOfTwo(shifted));
    }
}
