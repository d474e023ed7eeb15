namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// Chooses the tile of a launch by its estimated time. The choice does not change results: every tile adds products in the
/// same order.
/// </summary>
/// <param name="shape">The sizes of the model.</param>
/// <param name="tiles">The tiles that the device can compute, from small to large.</param>
/// <param name="multiprocessors">The number of multiprocessors.</param>
internal sealed class TileChoice(CudaShape shape, KernelTile[] tiles, int multiprocessors)
{
    /// <summary>The number of rows up to which the smallest tile is always right.</summary>
    private const int FewRows = 64;

    /// <summary>The most rows for which the smallest tile is considered.</summary>
    private const int SmallTileRows = 128;

    /// <summary>The bytes that a multiprocessor gets from the L2 cache in a clock when few others ask.</summary>
    private const double MostBytes = 64;

    /// <summary>The same when all ask.</summary>
    private const double SharedBytes = 32;

    /// <summary>Gives the tile for a launch.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="sources">The number of products that are added.</param>
    /// <param name="hasGates">Whether the launch computes gates, which take longer than m.</param>
    public KernelTile For(int rows, int columns, int sources, bool hasGates)
    {
        if (rows <= FewRows)
        {
            return tiles[0];
        }

        var (best, least) = (tiles[^1], double.PositiveInfinity);
        foreach (var tile in tiles)
        {
            if (tile.Rows <= FewRows && rows > SmallTileRows)
            {
                continue;
            }

            var clocks = Clocks(tile, rows, columns, sources, hasGates);
            if (clocks < least)
            {
                (best, least) = (tile, clocks);
            }
        }

        return best;
    }

    /// <summary>
    /// Estimates the clocks of a launch: the tiles of a multiprocessor, each as long as its tensor cores or its copies take,
    /// and the end of each tile, which nothing overlaps.
    /// </summary>
    private double Clocks(KernelTile tile, int rows, int columns, int sources, bool hasGates)
    {
        var count = tile.Count(rows, columns);
        var blocks = tile.Blocks(multiprocessors);
        var waves = (count + blocks - 1) / blocks;
        var active = Math.Min(count, blocks);
        var bytesPerClock = Math.Min(MostBytes, SharedBytes * multiprocessors / active);
        var tensor = tile.Rows * tile.Columns / 32.0;
        var copies = (tile.Rows + tile.WeightRows) * 128 / bytesPerClock;
        var pieces = shape.PaddedUnits / 64 * (shape.IsExact ? 3 : 1) * sources;
        var end = 1500 + (hasGates ? 16.0 : 4.0) * tile.Columns * tile.Rows / 128;
        return waves * (pieces * Math.Max(tensor, copies) + end);
    }
}
