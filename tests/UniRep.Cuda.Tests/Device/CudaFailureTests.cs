using UniRep.Compute.Internals.Cuda;
using UniRep.Compute.Tests.Driver;

namespace UniRep.Compute.Tests;

/// <summary>Errors of the driver are thrown, end a batch, and leave nothing behind.</summary>
public sealed class CudaFailureTests
{
    private const int OutOfMemory = 2;
    private const int IllegalAddress = 700;
    private const int LaunchFailed = 719;

    [Fact]
    public void Copies_overlap_with_launches()
    {
        using var fake = FakeDriver.Create();
        using (var model = Load(fake))
        using (var batch = model.CreateBatch(0, Outputs.HiddenStates | Outputs.Logits))
        {
            var chunk = batch.Begin();
            chunk.CopyRows([new RowPair(3, batch.Rows)]);
            chunk.Step([StepWord.Of(MlstmShape.Start, true, true, 0)]);
            chunk.Latency(new LatencyBatch([new byte[] { 24 }], [batch.Rows], [1]));
            var before = fake.Calls.Length;
            chunk.Submit();
            Assert.Equal(
                [
                    "cuCtxSetCurrent",
                    "cuEventRecord",
                    "cuMemcpyHtoDAsync_v2", // copies of input, pairs and words together
                    "cuEventRecord",
                    "cuStreamWaitEvent",
                    "cuLaunchKernel", // copy of rows
                    "cuLaunchKernel", // m
                    "cuLaunchKernel", // z
                    "cuLaunchKernel", // state to begin with
                    "cuMemsetD8Async",
                    "cuMemsetD2D8Async",
                    "cuLaunchCooperativeKernel",
                    "cuLaunchKernel", // head
                    "cuEventRecord",
                    "cuStreamWaitEvent",
                    "cuMemcpyDtoHAsync_v2", // results
                    "cuMemcpyDtoHAsync_v2", // states
                    "cuMemcpyDtoHAsync_v2", // logits
                    "cuEventRecord",
                ],
                fake.Calls[before..]
            );
            before = fake.Calls.Length;
            chunk.Wait();
            Assert.Equal(
                [
                    "cuCtxSetCurrent",
                    "cuEventSynchronize",
                    "cuEventElapsedTime",
                    "cuEventElapsedTime",
                ],
                fake.Calls[before..]
            );
        }

        fake.AssertClean();
    }

    [Fact]
    public void The_time_of_a_batch_is_that_between_its_first_copy_and_its_last_result()
    {
        using var fake = FakeDriver.Create();
        using (var model = Load(fake))
        using (var batch = model.CreateBatch(0, Outputs.Vectors))
        {
            batch.RestartTime();
            Assert.Equal(0, batch.DeviceTime.TotalMilliseconds);
            // The clock of the fake goes on by half a millisecond at each of the four events of a chunk.
            var first = Planned(batch);
            first.Submit();
            var second = Planned(batch);
            second.Submit();
            Assert.Equal(0, batch.DeviceTime.TotalMilliseconds);
            first.Wait();
            Assert.Equal(1.5, batch.DeviceTime.TotalMilliseconds);
            second.Wait();
            second.Wait();
            Assert.Equal(3, batch.DeviceTime.TotalMilliseconds);
            batch.RestartTime();
            Assert.Equal(0, batch.DeviceTime.TotalMilliseconds);
        }

        fake.AssertClean();
    }

    [Fact]
    public void A_chunk_allocates_nothing_once_it_has_run()
    {
        using var fake = FakeDriver.Create();
        using var model = Load(fake);
        using var batch = model.CreateBatch(128, Outputs.Vectors);
        var words = new uint[128];
        Run();
        Run();
        var (live, bytes) = (fake.Live, GC.GetAllocatedBytesForCurrentThread());
        Run();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(live, fake.Live);

        void Run()
        {
            var chunk = batch.Begin();
            for (var step = 0; step < chunk.MaximalSteps; step++)
            {
                chunk.Step(words);
            }

            chunk.Submit();
            chunk.Wait();
        }
    }

    [Theory]
    [InlineData("cuLaunchKernel")]
    [InlineData("cuMemcpyHtoDAsync_v2")]
    [InlineData("cuMemcpyDtoHAsync_v2")]
    [InlineData("cuEventRecord")]
    public void An_error_of_a_submission_ends_the_batch(string call)
    {
        using var fake = FakeDriver.Create();
        using (var model = Load(fake))
        {
            using (var batch = model.CreateBatch(0, Outputs.Vectors))
            {
                var chunk = Planned(batch);
                fake.Fail(call, LaunchFailed);
                var error = Assert.Throws<CudaException>(chunk.Submit);
                Assert.Equal("CUDA_ERROR_LAUNCH_FAILED", error.Name);
                AssertUnusable(batch, chunk);
                fake.Fail("", 0);
                AssertUnusable(batch, chunk);
            }

            using var another = model.CreateBatch(0, Outputs.Vectors);
            Planned(another).Submit();
        }

        fake.AssertClean();
    }

    [Fact]
    public void An_error_of_the_device_comes_out_of_the_wait_and_ends_the_batch()
    {
        using var fake = FakeDriver.Create();
        using (var model = Load(fake))
        using (var batch = model.CreateBatch(0, Outputs.Vectors))
        {
            var chunk = Planned(batch);
            chunk.Submit();
            fake.Break(IllegalAddress);
            var error = Assert.Throws<CudaException>(chunk.Wait);
            Assert.Equal("CUDA_ERROR_ILLEGAL_ADDRESS", error.Name);
            AssertUnusable(batch, chunk);
        }

        Assert.Equal(0, fake.Contexts);
        Assert.Equal("", fake.Complaints);
    }

    [Theory]
    [InlineData("cuMemAlloc_v2")]
    [InlineData("cuMemHostAlloc")]
    [InlineData("cuStreamCreate")]
    [InlineData("cuEventCreate")]
    [InlineData("cuMemsetD8Async")]
    [InlineData("cuTensorMapEncodeTiled")]
    public void A_batch_that_cannot_be_made_leaves_nothing(string call)
    {
        using var fake = FakeDriver.Create();
        using (var model = Load(fake))
        {
            var live = fake.Live;
            fake.Fail(call, OutOfMemory);
            var error = Assert.Throws<CudaException>(() =>
                model.CreateBatch(0, Outputs.HiddenStates)
            );
            Assert.True(error.IsOutOfMemory);
            fake.Fail("", 0);
            Assert.Equal(live, fake.Live);
        }

        fake.AssertClean();
    }

    [Theory]
    [InlineData("cuModuleLoadData")]
    [InlineData("cuModuleGetFunction")]
    [InlineData("cuFuncSetAttribute")]
    [InlineData("cuMemAlloc_v2")]
    [InlineData("cuMemHostAlloc")]
    [InlineData("cuStreamCreate")]
    [InlineData("cuEventCreate")]
    [InlineData("cuEventSynchronize")]
    [InlineData("cuStreamSynchronize")]
    [InlineData("cuMemcpyHtoDAsync_v2")]
    [InlineData("cuTensorMapEncodeTiled")]
    public void A_model_that_cannot_be_loaded_leaves_nothing(string call)
    {
        using var fake = FakeDriver.Create();
        fake.Fail(call, LaunchFailed);
        var error = Assert.Throws<CudaException>(() => Load(fake));
        Assert.Equal(call.Replace("_v2", "", StringComparison.Ordinal), error.Call);
        fake.AssertClean();
    }

    [Fact]
    public void An_old_driver_gets_the_kernels_without_tensor_maps_and_cooperation()
    {
        using var fake = FakeDriver.CreateOld();
        using (var model = Load(fake))
        using (var batch = model.CreateBatch(0, Outputs.Vectors))
        {
            Assert.False(model.Steps.UseWarpgroups);
            Assert.Equal(0, batch.LatencySequences);
            Planned(batch).Submit();
        }

        fake.AssertClean();
    }

    [Fact]
    public void A_chunk_in_use_is_not_given_again()
    {
        using var fake = FakeDriver.Create();
        using var model = Load(fake);
        using var batch = model.CreateBatch(0, Outputs.Vectors);
        var first = Planned(batch);
        first.Submit();
        var second = Planned(batch);
        second.Submit();
        Assert.Throws<InvalidOperationException>(batch.Begin);
        first.Wait();
        Assert.Same(first, batch.Begin());
    }

    [Fact]
    public void Wrong_calls_are_refused()
    {
        using var fake = FakeDriver.Create();
        using var model = Load(fake);
        using var batch = model.CreateBatch(128, Outputs.Vectors);
        var chunk = batch.Begin();
        var last = StepWord.Of(1, false, true, chunk.MaximalResults);
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Step([last]));
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Step([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Step(new uint[129]));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            chunk.CopyRows([new RowPair(0, batch.Rows + batch.SavedRows)])
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.CopyRows([new RowPair(-1, 0)]));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            chunk.Latency(new LatencyBatch([new byte[] { 24 }], [-1], [chunk.MaximalResults]))
        );
        for (var step = 0; step < chunk.MaximalSteps; step++)
        {
            chunk.Step([0]);
        }

        Assert.Throws<InvalidOperationException>(() => chunk.Step([0]));
        Assert.Throws<InvalidOperationException>(() => chunk.Result(0));
        chunk.Submit();
        chunk.Wait();
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Result(0));
        Assert.Throws<InvalidOperationException>(() => chunk.States(0, 0));
        Assert.Throws<InvalidOperationException>(() => chunk.Logits(0, 0));
    }

    private static CudaModel Load(FakeDriver fake) =>
        CudaModel.Load(
            Models.Random(64, 1),
            new CudaOptions { DriverPath = fake.Path, Rows = 256 },
            new KernelImage("an image"u8.ToArray())
        );

    private static ICudaChunk Planned(CudaBatch batch)
    {
        var chunk = batch.Begin();
        chunk.Step([StepWord.Of(MlstmShape.Start, true, true, 0)]);
        return chunk;
    }

    private static void AssertUnusable(CudaBatch batch, ICudaChunk chunk)
    {
        foreach (var use in (Action[])[() => batch.Begin(), chunk.Wait])
        {
            var error = Assert.Throws<InvalidOperationException>(use);
            Assert.Contains("cannot be used any more", error.Message, StringComparison.Ordinal);
            Assert.IsType<CudaException>(error.InnerException);
        }
    }
}
