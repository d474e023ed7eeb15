using System.Runtime.InteropServices;
using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Driver;

public unsafe class CudaLaunchTests
{
    [Fact]
    public void Arguments_of_a_launch_arrive_byte_for_byte()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var module = new CudaModule(context, "fatbin"u8);
        using var map = TensorMap.Encode(context.Driver, 0x1000, 64, 8, 128, 8);
        var function = module.Function("args_4_8_128");
        var number = 0x01020304;
        var pointer = 0x1122334455667788;
        function.Launch(stream, 3, 2, 128, 1024, [(nint)(&number), (nint)(&pointer), map.Address]);
        var bytes = Convert.ToHexStringLower(new ReadOnlySpan<byte>((void*)map.Address, 128));
        Assert.Equal(
            $"cuLaunchKernel args_4_8_128 grid 3 2 1 block 128 1 1 shared 1024: 04030201 8877665544332211 {bytes}",
            fake.Log[^1]
        );
    }

    [Fact]
    public void A_cooperative_launch_has_a_function_of_its_own()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var module = new CudaModule(context, "fatbin"u8);
        byte number = 5;
        module.Function("args_1").LaunchCooperative(stream, 119, 1, 256, 0, [(nint)(&number)]);
        Assert.Equal(
            "cuLaunchCooperativeKernel args_1 grid 119 1 1 block 256 1 1 shared 0: 05",
            fake.Log[^1]
        );
    }

    [Fact]
    public void Much_shared_memory_must_be_allowed_first()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var module = new CudaModule(context, "fatbin"u8);
        var function = module.Function("args");
        var error = Assert.Throws<CudaException>(() =>
            function.Launch(stream, 1, 1, 32, 200_000, [])
        );
        Assert.Equal(
            "cuLaunchKernel: CUDA_ERROR_INVALID_VALUE (1): invalid argument: args",
            error.Message
        );
        function.SetSharedMemory(200_000);
        function.Launch(stream, 1, 1, 32, 200_000, []);
        Assert.EndsWith("shared 200000:", fake.Log[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_tells_its_registers_spills_architecture_and_occupancy()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var module = new CudaModule(context, "fatbin"u8);
        var function = module.Function("args");
        Assert.Equal("args", function.Name);
        Assert.Equal(168, function.Registers);
        Assert.Equal(16, function.LocalBytes);
        Assert.Equal(new Version(9, 0), function.Architecture);
        Assert.Equal(2, function.OccupancyBlocks(384, 100_000));
        Assert.Equal(5, function.OccupancyBlocks(384, 1000));
    }

    [Fact]
    public void The_image_of_a_module_arrives_and_an_empty_one_is_refused()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var module = new CudaModule(context, "P\u00edmage\0\0"u8);
        Assert.Contains("cuModuleLoadData P\u00edmage", fake.Log);
        Assert.Throws<ArgumentException>(() => new CudaModule(context, []));
    }

    [Fact]
    public void A_tensor_map_is_aligned_and_describes_the_matrix_with_the_constants_of_cuda_h()
    {
        using var fake = FakeDriver.Create();
        var driver = CudaDriver.Load(fake.Path);
        using var map = TensorMap.Encode(driver, 0xABC000, 1920, 256, 3840, boxRows: 128);
        Assert.Equal(0, map.Address % 64);
        // Type bfloat16, rank, address, sizes, stride, box, steps, no interleave, 128-byte swizzle, 256 bytes of L2, zeros.
        Assert.Equal(
            [9, 2, 0xABC000, 1920, 256, 3840, 64, 128, 1, 1, 0, 3, 3, 0, 0, 0],
            new ReadOnlySpan<long>((void*)map.Address, 16).ToArray()
        );
        Assert.Equal("", fake.Complaints);
        map.Dispose();
        map.Dispose();
        Assert.Throws<ObjectDisposedException>(() => map.Address);
    }

    [Fact]
    public void A_matrix_that_no_tensor_map_describes_is_told()
    {
        using var fake = FakeDriver.Create();
        var driver = CudaDriver.Load(fake.Path);
        fake.Fail("cuTensorMapEncodeTiled", 1);
        var error = Assert.Throws<CudaException>(() =>
            TensorMap.Encode(driver, 0x1000, 63, 8, 126, 64)
        );
        Assert.Equal(
            "cuTensorMapEncodeTiled: CUDA_ERROR_INVALID_VALUE (1): invalid argument: "
                + "8 rows of 63 numbers, 126 bytes apart, in boxes of 64 x 64",
            error.Message
        );
    }

    [Fact]
    public void An_old_driver_is_loaded_without_what_it_lacks()
    {
        using var fake = FakeDriver.CreateOld();
        var driver = CudaDriver.Load(fake.Path);
        Assert.False(driver.HasTensorMaps);
        Assert.False(driver.HasCooperativeLaunch);
        using var context = CudaContext.Open(driver, 0);
        Assert.False(context.Device.HasCooperativeLaunch);
        using var stream = new CudaStream(context);
        using var module = new CudaModule(context, "fatbin"u8);
        var function = module.Function("args");
        Assert.Throws<InvalidOperationException>(() =>
            function.LaunchCooperative(stream, 1, 1, 32, 0, [])
        );
        Assert.Throws<InvalidOperationException>(() =>
            TensorMap.Encode(driver, 0x1000, 64, 8, 128, 8)
        );
    }
}
