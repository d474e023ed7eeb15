using System.Runtime.CompilerServices;

namespace UniRep.Compute.Internals;

/// <summary>The inner loops compiled for one instruction set.</summary>
internal sealed unsafe class Kernels<TSimd, TVector>(InstructionSet set) : Kernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Columns = PackedLayer.Columns;
    private const int MaximalRows = 6;

    public override InstructionSet InstructionSet => set;

    public override void Clear(float* tile, int rows) =>
        new Span<float>(tile, rows * Columns).Clear();

    public override void CopyRow(float* source, float* tile, int row) =>
        new ReadOnlySpan<float>(source, Columns).CopyTo(
            new Span<float>(tile + row * Columns, Columns)
        );

    public override void MultiplyRow(float* tile, int row, float* x, float* m)
    {
        var source = tile + row * Columns;
        for (var j = 0; j < Columns; j += TSimd.Width)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Load(source + j), TSimd.Load(x + j)), m + j);
        }
    }

    /// <summary>
    /// Takes k in blocks, so that a block of the panel stays in the second-level cache while all rows use it, and rows
    /// in blocks of equal size, at most six. While a block is used, the next one is prefetched completely: prefetching
    /// it in part costs more than it brings.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(
        float* a,
        nint stride,
        int rows,
        float* panel,
        int depth,
        float* tile,
        float* next
    )
    {
        var rowBlocks = (rows + MaximalRows - 1) / MaximalRows;
        var largest =
            rowBlocks == 1 ? depth
            : rowBlocks < 4 ? 256
            : 640;
        var blocks = (depth + largest - 1) / largest;
        for (var block = 0; block < blocks; block++)
        {
            var from = depth * block / blocks;
            var to = depth * (block + 1) / blocks;
            var following = block + 1 < blocks ? panel + (long)to * Columns : next;
            var slices = SlicesFor((rows + rowBlocks - 1) / rowBlocks);
            var (step, ahead, reach) = Prefetching(to - from, rowBlocks * slices);
            var prefetch = (byte*)following;
            for (var rowBlock = 0; rowBlock < rowBlocks; rowBlock++)
            {
                var row = rows * rowBlock / rowBlocks;
                var count = rows * (rowBlock + 1) / rowBlocks - row;
                var width = Columns / SlicesFor(count);
                for (var column = 0; column < Columns; column += width)
                {
                    Call(
                        count,
                        new TileArguments
                        {
                            A = a + row * stride + from,
                            Stride = stride,
                            Panel = panel + (long)from * Columns + column,
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
    /// How the prefetching of a block is shared out among the calls that read the block before it, every line in one
    /// of them: by one stream, or by two where one would have to skip lines. A block that only one call reads is
    /// streamed as it lies, which the hardware foresees by itself.
    /// </summary>
    private static (nint Step, nint Ahead, nint Reach) Prefetching(nint depth, int calls)
    {
        const int BytesPerK = Columns * sizeof(float);
        const int Line = 64;
        if (calls == 1)
        {
            return (0, 0, 0);
        }

        nint perCall = (BytesPerK + calls - 1) / calls;
        return perCall <= Line
            ? (perCall, 0, perCall * depth)
            : ((perCall + 1) / 2, (perCall + 1) / 2 * depth, (perCall + 1) / 2 * 2 * depth);
    }

    public override void Gates(float* tile, int rows, in GateTargets targets)
    {
        for (var row = 0; row < rows; row++)
        {
            var z = tile + row * Columns;
            var at = row * targets.Stride;
            for (var unit = 0; unit < PackedLayer.UnitsPerPanel; unit += TSimd.Width)
            {
                var i = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(z + unit));
                var f = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(z + 16 + unit));
                var o = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(z + 32 + unit));
                var u = Activations<TSimd, TVector>.Tanh(TSimd.Load(z + 48 + unit));
                var c = TSimd.MultiplyAdd(
                    f,
                    TSimd.Load(targets.C + at + unit),
                    TSimd.Multiply(i, u)
                );
                var h = TSimd.Multiply(o, Activations<TSimd, TVector>.Tanh(c));
                TSimd.Store(c, targets.C + at + unit);
                TSimd.Store(h, targets.H + at + unit);
                if (targets.Sum is not null)
                {
                    Accumulate(h, targets.Sum + at + unit, targets.Compensation + at + unit);
                }
            }
        }
    }

    public override long Spin(int rounds) => Peak<TSimd, TVector>.Spin(rounds);

    public override float Read(float* source, long count) =>
        Peak<TSimd, TVector>.Read(source, count);

    /// <summary>Kahan's summation: the compensation holds what rounding took from the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(TVector value, float* sum, float* compensation)
    {
        var before = TSimd.Load(sum);
        var term = TSimd.Subtract(value, TSimd.Load(compensation));
        var after = TSimd.Add(before, term);
        TSimd.Store(after, sum);
        TSimd.Store(TSimd.Subtract(TSimd.Subtract(after, before), term), compensation);
    }

    /// <summary>Into how many column slices a panel is cut: kernels of few rows are wider, to keep enough chains.</summary>
    private static int SlicesFor(int rows) => Columns / ((UsesWide(rows) ? 4 : 2) * TSimd.Width);

    /// <summary>512-bit registers are 32; elsewhere 16, which six rows of four vectors would overflow.</summary>
    private static bool UsesWide(int rows) => TSimd.Width == 16 || rows <= 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Call(int rows, in TileArguments arguments)
    {
        switch (UsesWide(rows) ? rows : rows + 10)
        {
            case 1:
                TileKernels<TSimd, TVector>.Rows1x4(arguments);
                break;
            case 2:
                TileKernels<TSimd, TVector>.Rows2x4(arguments);
                break;
            case 3:
                TileKernels<TSimd, TVector>.Rows3x4(arguments);
                break;
            case 4:
                TileKernels<TSimd, TVector>.Rows4x4(arguments);
                break;
            case 5:
                TileKernels<TSimd, TVector>.Rows5x4(arguments);
                break;
            case 6:
                TileKernels<TSimd, TVector>.Rows6x4(arguments);
                break;
            case 13:
                TileKernels<TSimd, TVector>.Rows3x2(arguments);
                break;
            case 14:
                TileKernels<TSimd, TVector>.Rows4x2(arguments);
                break;
            case 15:
                TileKernels<TSimd, TVector>.Rows5x2(arguments);
                break;
            case 16:
                TileKernels<TSimd, TVector>.Rows6x2(arguments);
                break;
        }
    }
}
