using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace UniRep.Compute.Internals.Training;

/// <summary>Transposes blocks of matrices.</summary>
internal static unsafe class Transposition
{
    /// <summary>Writes [columns][rows] from [rows][columns], in blocks of four by four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(
        float* source,
        nint sourceStride,
        int rows,
        int columns,
        float* target,
        nint targetStride
    )
    {
        var row = 0;
        for (; row + 4 <= rows; row += 4)
        {
            var s0 = source + row * sourceStride;
            var (s1, s2, s3) = (nint.Zero + sourceStride, 2 * sourceStride, 3 * sourceStride);
            var column = 0;
            for (; column + 4 <= columns; column += 4)
            {
                var from = s0 + column;
                var to = target + column * targetStride + row;
                Four(
                    Vector128.Load(from),
                    Vector128.Load(from + s1),
                    Vector128.Load(from + s2),
                    Vector128.Load(from + s3),
                    to,
                    targetStride
                );
            }

            for (; column < columns; column++)
            {
                for (var k = 0; k < 4; k++)
                {
                    target[column * targetStride + row + k] = s0[k * sourceStride + column];
                }
            }
        }

        for (; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                target[column * targetStride + row] = source[row * sourceStride + column];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(
        Vector128<float> a,
        Vector128<float> b,
        Vector128<float> c,
        Vector128<float> d,
        float* target,
        nint stride
    )
    {
        var (ab, cd) = (Low(a, b), Low(c, d));
        var (abHigh, cdHigh) = (High(a, b), High(c, d));
        Vector128.Create(ab.GetLower(), cd.GetLower()).AsSingle().Store(target);
        Vector128.Create(ab.GetUpper(), cd.GetUpper()).AsSingle().Store(target + stride);
        Vector128
            .Create(abHigh.GetLower(), cdHigh.GetLower())
            .AsSingle()
            .Store(target + 2 * stride);
        Vector128
            .Create(abHigh.GetUpper(), cdHigh.GetUpper())
            .AsSingle()
            .Store(target + 3 * stride);
    }

    /// <summary>a₀ b₀ a₁ b₁.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported
            ? System.Runtime.Intrinsics.X86.Sse.UnpackLow(a, b)
            : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a₂ b₂ a₃ b₃.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported
            ? System.Runtime.Intrinsics.X86.Sse.UnpackHigh(a, b)
            : Vector128.Create(a[2], b[2], a[3], b[3]);
}
