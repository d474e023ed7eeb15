using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

public sealed class TileChoiceTests
{
    private const int Multiprocessors = 132;

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void Few_rows_get_the_smallest_tile(int rows)
    {
        Assert.Equal("wg_64x64", Choose(KernelTile.Warpgroup, rows, hasGates: true).Suffix);
        Assert.Equal("mma_64", Choose(KernelTile.Mma, rows, hasGates: false).Suffix);
    }

    [Theory]
    [InlineData(129)]
    [InlineData(1024)]
    [InlineData(8192)]
    public void Many_rows_never_get_the_smallest_tile(int rows)
    {
        foreach (var hasGates in (bool[])[false, true])
        {
            Assert.Equal(128, Choose(KernelTile.Warpgroup, rows, hasGates).Rows);
            Assert.Equal(128, Choose(KernelTile.Mma, rows, hasGates).Rows);
        }
    }

    [Fact]
    public void A_thousand_rows_of_gates_get_the_widest_tile_on_a_large_device() =>
        Assert.Equal("wg_128x256", Choose(KernelTile.Warpgroup, 2048, hasGates: true).Suffix);

    [Fact]
    public void Pairs_of_blocks_have_an_even_number_of_tiles_and_blocks()
    {
        var tile = KernelTile.Warpgroup[^1];
        Assert.True(tile.IsPair);
        Assert.Equal(4, tile.RowTiles(257));
        Assert.Equal(4 * 3, tile.Count(257, 3 * 256));
        Assert.Equal(132, tile.Blocks(133));
        Assert.Equal(128, tile.WeightRows);
    }

    [Fact]
    public void Tiles_have_the_shared_memory_of_their_stages()
    {
        Assert.Equal(
            [8 * 16384 + 1280, 8 * 24576 + 1280, 6 * 32768 + 1280, 4 * 49152 + 1280],
            KernelTile.Warpgroup.Select(tile => tile.SharedBytes)
        );
        Assert.Equal([256, 384, 384, 384], KernelTile.Warpgroup.Select(tile => tile.Threads));
        Assert.Equal([73728, 98304], KernelTile.Mma.Select(tile => tile.SharedBytes));
    }

    private static KernelTile Choose(KernelTile[] tiles, int rows, bool hasGates)
    {
        var shape = new CudaShape(new MlstmShape(1900, 1), CudaPrecision.BFloat16);
        var columns = hasGates ? shape.GateRows : shape.PaddedUnits;
        return new TileChoice(shape, tiles, Multiprocessors).For(rows, columns, 1, hasGates);
    }
}
