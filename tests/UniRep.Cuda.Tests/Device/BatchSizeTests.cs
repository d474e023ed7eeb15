using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

public sealed class BatchSizeTests
{
    private const int BusyRows = 1024;

    [Theory]
    [InlineData(0, 1, 128)]
    [InlineData(0, 128, 128)]
    [InlineData(0, 129, 256)]
    [InlineData(0, 100_000, 1024)]
    [InlineData(300, 0, 384)]
    [InlineData(300, 100_000, 384)]
    [InlineData(300, 200, 256)]
    [InlineData(5000, 0, 5120)]
    [InlineData(int.MaxValue, int.MaxValue, 65536)]
    public void Rows_are_no_more_than_asked_for(int option, int asked, int rows) =>
        Assert.Equal(rows, Size(1920, new CudaOptions { Rows = option }, asked).Rows);

    [Theory]
    [InlineData(128, 16)]
    [InlineData(1024, 128)]
    [InlineData(8192, 1024)]
    [InlineData(16384, 1024)]
    public void Saved_rows_are_an_eighth_of_the_rows(int rows, int saved) =>
        Assert.Equal(saved, Size(64, new CudaOptions { Rows = rows }, 0).SavedRows);

    [Theory]
    [InlineData(64)]
    [InlineData(1920)]
    public void There_is_a_result_slot_for_each_row(int units)
    {
        for (var size = Size(units, new CudaOptions(), 0); size is not null; size = size.Smaller())
        {
            Assert.True(size.Results >= size.Rows);
        }
    }

    [Fact]
    public void States_need_at_most_256_MiB_of_pinned_memory()
    {
        var size = Size(1920, new CudaOptions(), 0, Outputs.HiddenStates);
        var bytes = (long)BatchSize.Chunks * size.StateRows * 1920 * sizeof(float);
        Assert.InRange(bytes, 200L << 20, 256L << 20);
        Assert.Equal(12, size.Steps);
        Assert.InRange(size.LatencySteps, 500, 600);
    }

    [Fact]
    public void Smaller_sizes_take_less_memory_down_to_128_rows()
    {
        foreach (var outputs in (Outputs[])[Outputs.Vectors, Outputs.HiddenStates, Outputs.Logits])
        {
            var size = Size(1920, new CudaOptions(), 0, outputs);
            while (size.Smaller() is { } smaller)
            {
                Assert.True(smaller.DeviceBytes < size.DeviceBytes);
                size = smaller;
            }

            Assert.Equal(128, size.Rows);
        }
    }

    private static BatchSize Size(
        int units,
        CudaOptions options,
        int rows,
        Outputs outputs = Outputs.Vectors
    ) =>
        BatchSize.Largest(
            new CudaShape(new MlstmShape(units, 1), options.Precision),
            options,
            BusyRows,
            rows,
            outputs,
            hasLatency: true
        );
}
