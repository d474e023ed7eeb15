using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products.Emission;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>tile += rows · panel, for one instruction set and one form of weights.</summary>
internal static unsafe class PanelProduct<TSimd, TForm, TVector>
    where TSimd : struct, ISimd<TVector>
    where TForm : struct, IWeightForm<TVector>
    where TVector : struct
{
    private const int Columns = PackedMatrix.Columns;
    private const int MaximalRows = 6;

    /// <summary>
    /// Takes items in blocks, so that a block of the panel stays in the second-level cache while all rows use it, and
    /// rows in blocks of equal size, at most six. While a block is used, the next one is prefetched completely:
    /// prefetching it in part costs more than it brings.
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
    /// How the prefetching of the block that follows is shared out among the calls that read the block before it, every
    /// line in one of them: by one stream, or by two where one would have to skip lines. A panel that one call reads
    /// alone is streamed as it lies, which the hardware foresees by itself, except where widening weights takes so long
    /// that it falls behind: there two streams run ahead in the panel itself.
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

    /// <summary>Into how many column slices a panel is cut: kernels of few rows are wider, to keep enough chains.</summary>
    private static int SlicesFor(int rows) => Columns / ((UsesWide(rows) ? 4 : 2) * TSimd.Width);

    /// <summary>512-bit registers are 32; elsewhere 16, which six rows of four vectors would overflow.</summary>
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
