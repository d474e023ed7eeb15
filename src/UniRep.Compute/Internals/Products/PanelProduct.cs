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

    /// <summary>
    /// Multiplies. Items are taken in blocks, so that a block of a strip stays in a cache while all rows use it. Rows are taken
    /// in blocks of equal size, those that one kernel multiplies. While a block of a strip is used, the next one is prefetched.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* a,
        nint stride,
        int rows,
        float* panel,
        int strip,
        int items,
        float* tile,
        float* next,
        EmittedKernels? emitted = null
    )
    {
        var mayBeTall = emitted is null && typeof(TForm) == typeof(Floats<TSimd, TVector>);
        var shape = TileShape.For(rows, TSimd.Width, mayBeTall, strip, items);
        var item = (nint)TForm.Step * strip / Columns;
        var stripSize = items * item;
        // A kernel may be wider than a strip: then it reads two at once.
        var group = Math.Max(strip, shape.Columns);
        var pair = strip < shape.Columns ? stripSize : TForm.Step * shape.Columns / 2 / Columns;
        var calls = shape.RowBlocks * group / shape.Columns;
        var blocks = 1 + (items - 1) / shape.MostItems;
        for (var block = 0; block < blocks; block++)
        {
            var from = items * block / blocks;
            var to = items * (block + 1) / blocks;
            for (var first = 0; first < Columns; first += group)
            {
                var start = panel + first / strip * stripSize + from * item;
                var following =
                    first + group < Columns ? start + group / strip * stripSize
                    : block + 1 < blocks ? panel + to * item
                    : next;
                var arguments = new TileArguments
                {
                    A = a + from,
                    Stride = stride,
                    Panel = start,
                    Depth = to - from,
                    Tile = tile + first,
                    Item = item,
                    Pair = pair,
                };
                var perItem = (nint)group * TForm.Step / Columns * sizeof(float);
                if (calls == 1)
                {
                    CallAlone(emitted, rows, shape.Columns, arguments, perItem, following);
                    continue;
                }

                var prefetching = Prefetching.Shared(following, to - from, perItem, calls);
                for (var rowBlock = 0; rowBlock < shape.RowBlocks; rowBlock++)
                {
                    var row = rows * rowBlock / shape.RowBlocks;
                    var count = rows * (rowBlock + 1) / shape.RowBlocks - row;
                    for (var column = 0; column < group; column += shape.Columns)
                    {
                        TileCalls<TSimd, TForm, TVector>.Call(
                            emitted,
                            count,
                            shape.Columns,
                            false,
                            arguments with
                            {
                                A = arguments.A + row * stride,
                                Panel = start + column * TForm.Step / Columns,
                                Tile = arguments.Tile + row * Columns + column,
                                Next = prefetching.Next,
                                Ahead = prefetching.Ahead,
                                Step = prefetching.Step,
                            }
                        );
                        prefetching.Advance();
                    }
                }
            }
        }
    }

    /// <summary>
    /// Multiplies by a strip that one call reads alone, in order. The hardware prefetcher falls behind where there is some
    /// arithmetic, so the kernel prefetches far ahead: in the strip itself, and at its end in the next one. Only whole panels of
    /// floats that stay in a cache are read without it: four lines an item would take more time than they save.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CallAlone(
        EmittedKernels? emitted,
        int rows,
        int columns,
        in TileArguments given,
        nint perItem,
        float* following
    )
    {
        var runsAhead =
            emitted is null
            && (perItem <= 2 * Prefetching.Line || given.Depth >= Prefetching.MemoryItems);
        var last = runsAhead ? Math.Min(given.Depth, Prefetching.FarAhead / perItem) : given.Depth;
        var arguments = given with
        {
            Step = runsAhead ? given.Item * sizeof(float) : 0,
            Ahead =
                perItem > given.Item * sizeof(float) ? given.Pair * sizeof(float)
                : perItem > Prefetching.Line ? Prefetching.Line
                : 0,
        };
        var first = given.Depth - last;
        if (first > 0)
        {
            TileCalls<TSimd, TForm, TVector>.Call(
                emitted,
                rows,
                columns,
                runsAhead,
                arguments with
                {
                    Depth = first,
                    Next = (byte*)(given.Panel + last * given.Item),
                }
            );
        }

        TileCalls<TSimd, TForm, TVector>.Call(
            emitted,
            rows,
            columns,
            runsAhead,
            arguments with
            {
                A = given.A + first,
                Panel = given.Panel + first * given.Item,
                Depth = last,
                Next = (byte*)following,
            }
        );
    }
}
