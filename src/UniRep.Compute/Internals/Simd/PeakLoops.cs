using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals.Simd;

/// <summary>Loops of nothing but multiply-adds, or nothing but reads: the limits for the speed of kernels.</summary>
internal static unsafe class PeakLoops<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Runs twelve independent chains in registers, and gives the number of floating-point operations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long RunMultiplyAdds(int rounds)
    {
        var x = TSimd.Broadcast(0.999f);
        var y = TSimd.Broadcast(0.001f);
        TVector c0 = x,
            c1 = x,
            c2 = x,
            c3 = x,
            c4 = x,
            c5 = x,
            c6 = x,
            c7 = x,
            c8 = x,
            c9 = x,
            c10 = x,
            c11 = x;
        for (var round = 0; round < rounds; round++)
        {
            c0 = TSimd.MultiplyAdd(c0, x, y);
            c1 = TSimd.MultiplyAdd(c1, x, y);
            c2 = TSimd.MultiplyAdd(c2, x, y);
            c3 = TSimd.MultiplyAdd(c3, x, y);
            c4 = TSimd.MultiplyAdd(c4, x, y);
            c5 = TSimd.MultiplyAdd(c5, x, y);
            c6 = TSimd.MultiplyAdd(c6, x, y);
            c7 = TSimd.MultiplyAdd(c7, x, y);
            c8 = TSimd.MultiplyAdd(c8, x, y);
            c9 = TSimd.MultiplyAdd(c9, x, y);
            c10 = TSimd.MultiplyAdd(c10, x, y);
            c11 = TSimd.MultiplyAdd(c11, x, y);
        }

        c0 = TSimd.Add(
            TSimd.Add(TSimd.Add(c0, c1), TSimd.Add(c2, c3)),
            TSimd.Add(TSimd.Add(c4, c5), TSimd.Add(c6, c7))
        );
        c0 = TSimd.Add(c0, TSimd.Add(TSimd.Add(c8, c9), TSimd.Add(c10, c11)));
        var sink = stackalloc float[16];
        TSimd.Store(c0, sink);
        Kept = sink[0];
        return 2L * 12 * TSimd.Width * rounds;
    }

    /// <summary>Sums floats in eight chains, so that the time is that of the reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SumFloats(float* source, long count)
    {
        nint w = TSimd.Width;
        TVector c0 = TSimd.Zero,
            c1 = c0,
            c2 = c0,
            c3 = c0,
            c4 = c0,
            c5 = c0,
            c6 = c0,
            c7 = c0;
        for (var end = source + count; source < end; source += 8 * w)
        {
            c0 = TSimd.Add(c0, TSimd.Load(source));
            c1 = TSimd.Add(c1, TSimd.Load(source + w));
            c2 = TSimd.Add(c2, TSimd.Load(source + 2 * w));
            c3 = TSimd.Add(c3, TSimd.Load(source + 3 * w));
            c4 = TSimd.Add(c4, TSimd.Load(source + 4 * w));
            c5 = TSimd.Add(c5, TSimd.Load(source + 5 * w));
            c6 = TSimd.Add(c6, TSimd.Load(source + 6 * w));
            c7 = TSimd.Add(c7, TSimd.Load(source + 7 * w));
        }

        c0 = TSimd.Add(
            TSimd.Add(TSimd.Add(c0, c1), TSimd.Add(c2, c3)),
            TSimd.Add(TSimd.Add(c4, c5), TSimd.Add(c6, c7))
        );
        var sink = stackalloc float[16];
        TSimd.Store(c0, sink);
        return sink[0];
    }

    /// <summary>A result that is used, so that the compiler keeps the loop.</summary>
    [ThreadStatic]
    private static float Kept;
}
