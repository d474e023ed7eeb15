using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Products.Emission;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>Calls the micro-kernel for a number of rows and columns.</summary>
internal static class TileCalls<TSimd, TForm, TVector>
    where TSimd : struct, ISimd<TVector>
    where TForm : struct, IWeightForm<TVector>
    where TVector : struct
{
    private const int TwoVectors = 0;
    private const int FourVectors = 100;
    private const int Alone = 200;

    /// <summary>Multiplies a tile.</summary>
    /// <param name="emitted">The kernels that were written at run time, if they are used.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="runsAhead">Whether the kernel prefetches what it reads alone: up to four lines per item.</param>
    /// <param name="arguments">The places.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Call(
        EmittedKernels? emitted,
        int rows,
        int columns,
        bool runsAhead,
        in TileArguments arguments
    )
    {
        if (emitted is not null)
        {
            emitted.Call(rows, arguments);
            return;
        }

        var kind =
            columns == 2 * TSimd.Width ? TwoVectors
            : runsAhead && TForm.Step * sizeof(float) * columns / 64 > 2 * Prefetching.Line ? Alone
            : FourVectors;
        switch (kind + rows)
        {
            case TwoVectors + 3:
                TileKernels<TSimd, TForm, TVector>.Rows3x2(arguments);
                break;
            case TwoVectors + 4:
                TileKernels<TSimd, TForm, TVector>.Rows4x2(arguments);
                break;
            case TwoVectors + 5:
                TileKernels<TSimd, TForm, TVector>.Rows5x2(arguments);
                break;
            case TwoVectors + 6:
                TileKernels<TSimd, TForm, TVector>.Rows6x2(arguments);
                break;
            case TwoVectors + 7:
                TileKernels<TSimd, TForm, TVector>.Rows7x2(arguments);
                break;
            case TwoVectors + 8:
                TileKernels<TSimd, TForm, TVector>.Rows8x2(arguments);
                break;
            case TwoVectors + 9:
                TileKernels<TSimd, TForm, TVector>.Rows9x2(arguments);
                break;
            case TwoVectors + 10:
                TileKernels<TSimd, TForm, TVector>.Rows10x2(arguments);
                break;
            case TwoVectors + 11:
                TileKernels<TSimd, TForm, TVector>.Rows11x2(arguments);
                break;
            case TwoVectors + 12:
                TileKernels<TSimd, TForm, TVector>.Rows12x2(arguments);
                break;
            case FourVectors + 1:
                TileKernels<TSimd, TForm, TVector>.Rows1x4(arguments);
                break;
            case FourVectors + 2:
                TileKernels<TSimd, TForm, TVector>.Rows2x4(arguments);
                break;
            case FourVectors + 3:
                TileKernels<TSimd, TForm, TVector>.Rows3x4(arguments);
                break;
            case FourVectors + 4:
                TileKernels<TSimd, TForm, TVector>.Rows4x4(arguments);
                break;
            case FourVectors + 5:
                TileKernels<TSimd, TForm, TVector>.Rows5x4(arguments);
                break;
            case FourVectors + 6:
                TileKernels<TSimd, TForm, TVector>.Rows6x4(arguments);
                break;
            case Alone + 1:
                TileKernels<TSimd, TForm, TVector>.Rows1x4Alone(arguments);
                break;
            case Alone + 2:
                TileKernels<TSimd, TForm, TVector>.Rows2x4Alone(arguments);
                break;
            case Alone + 3:
                TileKernels<TSimd, TForm, TVector>.Rows3x4Alone(arguments);
                break;
            case Alone + 4:
                TileKernels<TSimd, TForm, TVector>.Rows4x4Alone(arguments);
                break;
            case Alone + 5:
                TileKernels<TSimd, TForm, TVector>.Rows5x4Alone(arguments);
                break;
            case Alone + 6:
                TileKernels<TSimd, TForm, TVector>.Rows6x4Alone(arguments);
                break;
        }
    }
}
