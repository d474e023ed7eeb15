using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Driver;

public class CudaErrorTests
{
    public static TheoryData<string> Exports => [.. Everything.Exports];

    public static TheoryData<string> Frees => [.. Everything.Frees];

    [Fact]
    public void Each_function_of_the_driver_is_called_in_order_and_everything_is_freed()
    {
        using var fake = FakeDriver.Create();
        Everything.Run(fake.Path);
        fake.AssertClean();
        Assert.Equal("cuInit", fake.Calls[0]);
        Assert.Equal("cuDevicePrimaryCtxRelease_v2", fake.Calls[^1]);
        Assert.Empty(Everything.Exports.Concat(Everything.Frees).Except(fake.Calls));
    }

    [Theory]
    [MemberData(nameof(Exports))]
    public void A_failing_call_becomes_an_error_with_its_name_and_leaves_nothing(string export)
    {
        using var fake = FakeDriver.Create();
        fake.Fail(export, 719);
        var error = Assert.Throws<CudaException>(() => Everything.Run(fake.Path));
        Assert.Equal(Everything.Call(export), error.Call);
        Assert.Equal(719, error.Code);
        Assert.Equal("CUDA_ERROR_LAUNCH_FAILED", error.Name);
        Assert.StartsWith(
            $"{Everything.Call(export)}: CUDA_ERROR_LAUNCH_FAILED (719): unspecified launch failure",
            error.Message
        );
        Assert.False(error.IsOutOfMemory);
        fake.AssertClean();
    }

    [Theory]
    [MemberData(nameof(Frees))]
    public void A_free_that_fails_is_tried_once_and_throws_nothing(string export)
    {
        using var fake = FakeDriver.Create();
        Everything.Run(fake.Path);
        var expected = fake.Calls.Count(call => call == export);
        using var failing = FakeDriver.Create();
        failing.Fail(export, 719);
        Everything.Run(failing.Path);
        Assert.Equal(expected, failing.Calls.Count(call => call == export));
    }

    [Fact]
    public void A_lack_of_memory_says_how_much_was_asked_for()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        fake.Fail("cuMemAlloc_v2", 2);
        var error = Assert.Throws<CudaException>(() => new DeviceMemory(context, 123_456));
        Assert.True(error.IsOutOfMemory);
        Assert.Equal(
            "cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY (2): out of memory: 123456 bytes",
            error.Message
        );
    }

    [Fact]
    public void A_kernel_that_is_missing_is_named()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var module = new CudaModule(context, "fatbin"u8);
        var error = Assert.Throws<CudaException>(() => module.Function("absent"));
        Assert.Equal(
            "cuModuleGetFunction: CUDA_ERROR_NOT_FOUND (500): named symbol not found: absent",
            error.Message
        );
    }

    [Fact]
    public void A_code_that_the_driver_does_not_know_keeps_its_number()
    {
        using var fake = FakeDriver.Create();
        fake.Fail("cuStreamSynchronize", 31415);
        var error = Assert.Throws<CudaException>(() => Everything.Run(fake.Path));
        Assert.Equal(
            "cuStreamSynchronize: unknown error (31415): the driver does not describe this error",
            error.Message
        );
    }

    [Fact]
    public void After_an_error_of_the_context_calls_throw_it_and_disposal_does_not()
    {
        using var fake = FakeDriver.Create();
        var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        var stream = new CudaStream(context);
        var memory = new DeviceMemory(context, 16);
        fake.Break(700);
        var error = Assert.Throws<CudaException>(stream.Synchronize);
        Assert.Equal("CUDA_ERROR_ILLEGAL_ADDRESS", error.Name);
        memory.Dispose();
        stream.Dispose();
        context.Dispose();
        Assert.Equal("", fake.Complaints);
        Assert.Equal(0, fake.Contexts);
    }

    [Fact]
    public void An_event_that_waits_is_not_an_error()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var @event = new CudaEvent(context);
        Assert.True(@event.IsDone);
        fake.Fail("cuEventQuery", 600);
        Assert.False(@event.IsDone);
    }
}
