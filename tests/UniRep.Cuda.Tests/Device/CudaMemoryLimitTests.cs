using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>Batches fit into the memory of the device, or say that they do not.</summary>
[Collection(EmulatedDriver.Name)]
public sealed class CudaMemoryLimitTests
{
    [Fact]
    public void A_batch_takes_the_memory_that_its_size_says()
    {
        using var model = EmulatedDriver.Load(Models.Random(72, 2), new CudaOptions());
        foreach (
            var outputs in (Outputs[])
                [Outputs.Vectors, Outputs.HiddenStates, Outputs.HiddenStates | Outputs.Logits]
        )
        {
            var before = model.Context.Memory().Free;
            using var batch = model.CreateBatch(256, outputs);
            Assert.Equal(batch.Size.DeviceBytes, before - model.Context.Memory().Free);
        }
    }

    [Fact]
    public void A_batch_shrinks_to_the_limit_and_still_computes()
    {
        var arrays = Models.Random(64, 1);
        using var wide = EmulatedDriver.Load(arrays, new CudaOptions { Rows = 2048 });
        using var large = wide.CreateBatch(0, Outputs.Vectors);
        var limit = wide.Weights.Bytes + large.Size.DeviceBytes / 2;
        using var narrow = EmulatedDriver.Load(
            arrays,
            new CudaOptions { Rows = 2048, MemoryBytes = limit }
        );
        using var small = narrow.CreateBatch(0, Outputs.Vectors);
        Assert.InRange(small.Rows, 128, 1024);
        Assert.True(narrow.Weights.Bytes + small.Size.DeviceBytes <= limit);
        var sequences = Scan.Random(3, [4, 2]);
        Tolerance.AssertSameBits(
            Scan.Run(large, sequences)[1].Final,
            Scan.Run(small, sequences)[1].Final
        );
    }

    [Fact]
    public void A_batch_shrinks_where_the_device_has_less_memory_than_the_limit()
    {
        const long Memory = 16 << 20;
        using var model = EmulatedDriver.Load(
            Models.Random(64, 1),
            new CudaOptions { MemoryBytes = 1L << 40 },
            memoryBytes: Memory
        );
        using var batch = model.CreateBatch(0, Outputs.Vectors);
        Assert.InRange(batch.Rows, 128, 4096);
        Assert.True(batch.Size.DeviceBytes <= Memory);
    }

    [Fact]
    public void A_limit_that_is_too_low_for_128_rows_is_an_error_that_says_so()
    {
        var arrays = Models.Random(64, 1);
        using var model = EmulatedDriver.Load(arrays, new CudaOptions { MemoryBytes = 1 << 20 });
        var free = model.Context.Memory().Free;
        var error = Assert.Throws<CudaException>(() => model.CreateBatch(0, Outputs.Vectors));
        Assert.True(error.IsOutOfMemory);
        Assert.Contains("128 sequences side by side", error.Message, StringComparison.Ordinal);
        Assert.Equal(free, model.Context.Memory().Free);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_an_error_and_leave_nothing()
    {
        var arrays = Models.Random(256, 2);
        var error = Assert.Throws<CudaException>(() =>
            EmulatedDriver.Load(arrays, new CudaOptions(), memoryBytes: 1 << 20)
        );
        Assert.True(error.IsOutOfMemory);
        using var model = EmulatedDriver.Load(Models.Random(64, 1), new CudaOptions());
        Assert.Equal((1 << 30) - model.Weights.Bytes, model.Context.Memory().Free);
    }

    [Fact]
    public void A_hundred_batches_leave_the_memory_as_it_was()
    {
        using var model = EmulatedDriver.Load(Models.Random(64, 1), new CudaOptions());
        var free = model.Context.Memory().Free;
        for (var trial = 0; trial < 100; trial++)
        {
            using var batch = model.CreateBatch(128, Outputs.Logits);
        }

        Assert.Equal(free, model.Context.Memory().Free);
    }
}
