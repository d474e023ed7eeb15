using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

public sealed class TileChoiceTests
{
    private const int Multiprocessors = 132;

    [Theory]
    [InlineData(1, "wg_64x64", "wg_64x64")]
    [InlineData(64, "wg_64x64", "wg_64x64")]
    [InlineData(128, "wg_64x64", "wg_128x64")]
    [InlineData(256, "wg_64x64", "wg_128x128")]
    [InlineData(1024, "wg_128x128", "wg_128x256")]
    [InlineData(4096, "wg_128x256", "wg_64x256")]
    public void Hopper_takes_the_tile_of_the_least_measured_time(int rows, string m, string z)
    {
        Assert.Equal(m, Choose(KernelTile.Warpgroup, 1900, rows, hasGates: false).Suffix);
        Assert.Equal(z, Choose(KernelTile.Warpgroup, 1900, rows, hasGates: true).Suffix);
    }

    [Theory]
    [InlineData(1, "mma_64")]
    [InlineData(64, "mma_64")]
    [InlineData(65, "mma_128")]
    [InlineData(1024, "mma_128")]
    public void Others_take_the_first_tile_that_is_high_enough(int rows, string expected)
    {
        foreach (var hasGates in (bool[])[false, true])
        {
            Assert.Equal(expected, Choose(KernelTile.Mma, 1900, rows, hasGates).Suffix);
        }
    }

    [Theory]
    [InlineData(64, 1, 4096)]
    [InlineData(672, 1, 2816)]
    [InlineData(1900, 1, 3328)]
    public void Hopper_gets_the_fewest_rows_that_are_nearly_best(int units, int layers, int rows)
    {
        var shape = new CudaShape(new MlstmShape(units, layers), CudaPrecision.BFloat16);
        var choice = new TileChoice(shape, KernelTile.Warpgroup, Multiprocessors);
        Assert.Equal(rows, choice.BusyRows());
    }

    [Theory]
    [InlineData(64, 4096)]
    [InlineData(672, 2048)]
    [InlineData(1900, 1024)]
    [InlineData(20000, 128)]
    public void Others_get_a_power_of_two(int units, int expected)
    {
        var shape = new CudaShape(new MlstmShape(units, 1), CudaPrecision.BFloat16);
        Assert.Equal(expected, new TileChoice(shape, KernelTile.Mma, 108).BusyRows());
    }

    [Fact]
    public void Pairs_of_blocks_have_an_even_number_of_tiles_and_blocks()
    {
        var tile = KernelTile.Warpgroup[^1];
        Assert.True(tile.IsPair);
        Assert.Equal(6, tile.RowTiles(257));
        Assert.Equal(6 * 3, tile.Count(257, 3 * 256));
        Assert.Equal(132, tile.Blocks(133));
        Assert.Equal(128, tile.WeightRows);
    }

    [Fact]
    public void Tiles_have_the_shared_memory_of_their_stages()
    {
        Assert.Equal(
            [132352, 197888, 197888, 197888, 206080],
            KernelTile.Warpgroup.Select(tile => tile.SharedBytes)
        );
        Assert.Equal([256, 384, 384, 384, 384], KernelTile.Warpgroup.Select(tile => tile.Threads));
        Assert.Equal([73728, 98304], KernelTile.Mma.Select(tile => tile.SharedBytes));
    }

    private static KernelTile Choose(KernelTile[] tiles, int units, int rows, bool hasGates)
    {
        var shape = new CudaShape(new MlstmShape(units, 1), CudaPrecision.BFloat16);
        var columns = hasGates ? shape.GateRows : shape.PaddedUnits;
        return new TileChoice(shape, tiles, Multiprocessors).For(rows, columns, 1);
    }
}
