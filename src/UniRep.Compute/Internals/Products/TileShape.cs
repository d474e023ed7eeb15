using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Products;

/// <summary>How the rows of a product and the columns of a panel are divided among calls of micro-kernels.</summary>
/// <param name="RowBlocks">The number of blocks of rows, of equal size.</param>
/// <param name="Columns">The number of columns that a kernel multiplies at once.</param>
/// <param name="MostItems">The largest number of items of a block, so that it stays in a cache while all rows use it.</param>
internal readonly record struct TileShape(int RowBlocks, int Columns, int MostItems)
{
    private const int MostRows = 6;
    private const int MostTallRows = 12;

    /// <summary>Gives the shape for a number of rows.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The number of floats of a vector.</param>
    /// <param name="mayBeTall">Whether kernels of more than six rows may be used; they exist for vectors of 16.</param>
    /// <param name="strip">The number of columns that lie together.</param>
    /// <param name="items">The number of items of a column.</param>
    public static TileShape For(int rows, int width, bool mayBeTall, int strip, int items)
    {
        // Seven to sixteen rows in blocks of six would read a panel from memory faster than it arrives, and then wait for it.
        if (mayBeTall && width == 16 && rows is > MostRows and <= 16)
        {
            return new((rows + MostTallRows - 1) / MostTallRows, 2 * width, 128);
        }

        var rowBlocks = (rows + MostRows - 1) / MostRows;
        // Kernels of few rows are wider, to have enough independent sums. Six rows of four vectors need 24 of the 32 registers
        // of AVX-512; others have 16.
        var columns = (width == 16 || rows <= 2 ? 4 : 2) * width;
        // A block of a narrow strip stays in the first-level cache, one of a panel in the second. Weights that are read once need
        // no block, unless several calls read lines of their own of the same pages, and these come from memory.
        var most =
            rowBlocks == 1 && (strip <= columns || items < Prefetching.MemoryItems) ? items
            : rowBlocks == 1 || strip < PackedMatrix.Columns ? 512
            : 640;
        return new(rowBlocks, columns, most);
    }
}
