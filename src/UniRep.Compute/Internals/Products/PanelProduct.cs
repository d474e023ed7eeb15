using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products.Emission;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>The product tile += rows · panel, for one instruction set and one form of weights.</summary>
internal static unsafe class PanelProduct<TSimd, TForm, TVector>
    where TSimd : struct, ISimd<TVector>
    where TForm : struct, IWeightForm<TVector>
    where TVector : struct
{
    private const int Columns = PackedMatrix.Columns;
    private const int MaximalRows = 6;

    /// <summary>
    /// Multiplies. Items are taken in blocks, so that a block of the panel stays in the second-level cache while all rows use
    /// it. Rows are taken in blocks of equal size, at most six. While a block is used, the next one is prefetched completely:
    /// to prefetch a part of it costs more than it gains.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* a,
        nint stride,
        int rows,
        float* panel,
        int items,
        float* tile,
        float* next,
        EmittedKernels? emitted = null
    )
    {
        var rowBlocks = (rows + MaximalRows - 1) / MaximalRows;
        var largest =
            rowBlocks == 1 ? items
            : rowBlocks < 4 && typeof(TForm) == typeof(Floats<TSimd, TVector>) ? 256
            : 640;
        var blocks = (items + largest - 1) / largest;
        for (var block = 0; block < blocks; block++)
        {
            var from = items * block / blocks;
            var to = items * (block + 1) / blocks;
            var following = block + 1 < blocks ? panel + (long)to * TForm.Step : next;
            var slices = SlicesFor((rows + rowBlocks - 1) / rowBlocks);
            var (start, step, ahead, reach) = Prefetching(
                to - from,
                rowBlocks * slices,
                panel,
                following
            );
            var prefetch = (byte*)start;
            for (var rowBlock = 0; rowBlock < rowBlocks; rowBlock++)
            {
                var row = rows * rowBlock / rowBlocks;
                var count = rows * (rowBlock + 1) / rowBlocks - row;
                var width = Columns / SlicesFor(count);
                for (var column = 0; column < Columns; column += width)
                {
                    Call(
                        emitted,
                        count,
                        new TileArguments
                        {
                            A = a + row * stride + from,
                            Stride = stride,
                            Panel = panel + (long)from * TForm.Step + column * TForm.Step / Columns,
                            Depth = to - from,
                            Tile = tile + row * Columns + column,
                            Next = prefetch,
                            Ahead = ahead,
                            Step = step,
                        }
                    );
                    prefetch += reach;
                }
            }
        }
    }

    /// <summary>
    /// Divides the prefetching of the next block among the calls that read this one. Each cache line is prefetched by one
    /// call: with one stream, or with two if one would skip lines. A panel that one call reads alone is streamed in order,
    /// which the hardware prefetcher handles. If its weights are widened, the hardware falls behind, and two streams run
    /// ahead in the panel itself.
    /// </summary>
    private static (nint Start, nint Step, nint Ahead, nint Reach) Prefetching(
        nint items,
        int calls,
        float* panel,
        float* following
    )
    {
        const int Line = 64;
        const int FarAhead = 16384;
        nint perItem = TForm.Step * sizeof(float);
        if (calls == 1)
        {
            return perItem == 2 * Line
                ? ((nint)panel + FarAhead, perItem, Line, 0)
                : ((nint)following, 0, 0, 0);
        }

        var perCall = (perItem + calls - 1) / calls;
        return perCall <= Line
            ? ((nint)following, perCall, 0, perCall * items)
            : (
                (nint)following,
                (perCall + 1) / 2,
                (perCall + 1) / 2 * items,
                (perCall + 1) / 2 * 2 * items
            );
    }

    /// <summary>Gives the number of column slices of a panel. Kernels of few rows are wider, to have enough independent sums.</summary>
    private static int SlicesFor(int rows) => Columns / ((UsesWide(rows) ? 4 : 2) * TSimd.Width);

    /// <summary>Gives whether a kernel is four vectors wide. Six such rows need 24 of the 32 registers of AVX-512; others have 16.</summary>
    private static bool UsesWide(int rows) => TSimd.Width == 16 || rows <= 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Call(EmittedKernels? emitted, int rows, in TileArguments arguments)
    {
        if (emitted is not null)
        {
            emitted.Call(rows, arguments);
            return;
        }

        switch (UsesWide(rows) ? rows : rows + 10)
        {
            case 1:
                TileKernels<TSimd, TForm, TVector>.Rows1x4(arguments);
                break;
            case 2:
                TileKernels<TSimd, TForm, TVector>.Rows2x4(arguments);
                break;
            case 3:
                TileKernels<TSimd, TForm, TVector>.Rows3x4(arguments);
                break;
            case 4:
                TileKernels<TSimd, TForm, TVector>.Rows4x4(arguments);
                break;
            case 5:
                TileKernels<TSimd, TForm, TVector>.Rows5x4(arguments);
                break;
            case 6:
                TileKernels<TSimd, TForm, TVector>.Rows6x4(arguments);
                break;
            case 13:
                TileKernels<TSimd, TForm, TVector>.Rows3x2(arguments);
                break;
            case 14:
                TileKernels<TSimd, TForm, TVector>.Rows4x2(arguments);
                break;
            case 15:
                TileKernels<TSimd, TForm, TVector>.Rows5x2(arguments);
                break;
            case 16:
                TileKernels<TSimd, TForm, TVector>.Rows6x2(arguments);
                break;
        }
    }
}
