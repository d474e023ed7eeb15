namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// Chooses the tile of a launch by its estimated time, and the number of rows of a batch. The choice does not change results:
/// every tile adds products in the same order.
/// </summary>
/// <param name="shape">The sizes of the model.</param>
/// <param name="tiles">The tiles that the device can compute.</param>
/// <param name="multiprocessors">The number of multiprocessors.</param>
internal sealed class TileChoice(CudaShape shape, KernelTile[] tiles, int multiprocessors)
{
    /// <summary>Inputs are copied in pieces of this.</summary>
    private const int Piece = 64;

    /// <summary>The fewest and the most rows that <see cref="BusyRows"/> considers where costs are known.</summary>
    private const int FewestRows = 1024;
    private const int MostRows = 4096;

    /// <summary>How much slower fewer rows may be.</summary>
    private const double Slack = 1.02;

    /// <summary>The number of units of all rows that keep a device busy whose costs are not known.</summary>
    private const double BusyUnits = 2_000_000;

    /// <summary>Gives the tile for a launch: the first that is high enough, or that of the least cost where costs are known.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="sources">The number of products that are added.</param>
    public KernelTile For(int rows, int columns, int sources)
    {
        var (best, least) = (tiles[^1], double.PositiveInfinity);
        foreach (var tile in tiles)
        {
            if (tile.Cost is null)
            {
                if (rows <= tile.Rows)
                {
                    return tile;
                }

                continue;
            }

            var time = Microseconds(tile, tile.Cost, rows, columns, sources);
            if (time < least)
            {
                (best, least) = (tile, time);
            }
        }

        return best;
    }

    /// <summary>
    /// Gives the number of rows that keeps the device busy: the fewest whose time for each row is within 2 % of the best.
    /// </summary>
    public int BusyRows()
    {
        if (tiles[0].Cost is null)
        {
            var power = (int)Math.Round(Math.Log2(BusyUnits / shape.PaddedUnits));
            return Math.Clamp(1 << power, BatchSize.RowMultiple, MostRows);
        }

        var best = double.PositiveInfinity;
        for (var rows = FewestRows; rows <= MostRows; rows += BatchSize.RowMultiple)
        {
            best = Math.Min(best, StepMicroseconds(rows) / rows);
        }

        var fewest = FewestRows;
        while (StepMicroseconds(fewest) / fewest > Slack * best)
        {
            fewest += BatchSize.RowMultiple;
        }

        return fewest;
    }

    /// <summary>Estimates a step of all layers.</summary>
    private double StepMicroseconds(int rows)
    {
        var first = Least(rows, shape.PaddedUnits, 1) + Least(rows, shape.GateRows, 1);
        var above = 2 * Least(rows, shape.PaddedUnits, 1) + Least(rows, shape.GateRows, 2);
        return first + (shape.Layers - 1) * above;
    }

    private double Least(int rows, int columns, int sources)
    {
        var tile = For(rows, columns, sources);
        return Microseconds(tile, tile.Cost!, rows, columns, sources);
    }

    private double Microseconds(KernelTile tile, TileCost cost, int rows, int columns, int sources)
    {
        var pieces = shape.PaddedUnits / Piece * (shape.IsExact ? 3 : 1) * sources;
        var rounds = tile.Rounds(rows, columns, multiprocessors);
        return cost.Start + rounds * (cost.Piece * pieces + cost.End);
    }
}
