using System.Runtime.InteropServices;
using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Driver;

/// <summary>Environment variables belong to the process.</summary>
[CollectionDefinition(nameof(EnvironmentCollection), DisableParallelization = true)]
public class EnvironmentCollection;

[Collection(nameof(EnvironmentCollection))]
public sealed class CudaDevicesTests : IDisposable
{
    private readonly string? _variable = Environment.GetEnvironmentVariable(CudaDriver.Variable);
    private readonly string? _visible = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(CudaDriver.Variable, _variable);
        Environment.SetEnvironmentVariable("CUDA_VISIBLE_DEVICES", _visible);
    }

    [Fact]
    public void A_device_is_described_and_its_context_released()
    {
        using var fake = FakeDriver.Create();
        var devices = CudaDevices.Find(fake.Path);
        Assert.Null(devices.Missing);
        Assert.Equal(
            new CudaDevice
            {
                Index = 0,
                Name = "Fake 0",
                ComputeCapability = new Version(9, 0),
                MemoryBytes = 80L << 30,
                FreeBytes = 700L << 20,
                Multiprocessors = 132,
                ClockHertz = 1_980_000_000,
                NominalPeak = null,
                DriverVersion = new Version(12, 4),
                Unusable = null,
            },
            Assert.Single(devices.All)
        );
        Assert.Equal(devices.All[0], devices.Usable);
        fake.AssertClean();
    }

    [Fact]
    public void The_current_context_of_the_thread_is_left_as_it_was()
    {
        using var fake = FakeDriver.Create();
        using (var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0))
        using (var stream = new CudaStream(context))
        {
            _ = CudaDevices.Find(fake.Path);
            stream.Synchronize();
        }

        fake.AssertClean();
    }

    [Fact]
    public void A_device_that_is_too_old_stands_beside_one_that_can_be_used()
    {
        using var fake = FakeDriver.Create();
        fake.Set("devices", 2);
        var devices = CudaDevices.Find(fake.Path);
        Assert.Equal(
            [null, "its compute capability is 7.5; 8.0 or higher (Ampere and newer) is needed"],
            devices.All.Select(device => device.Unusable)
        );
        Assert.Equal(0, devices.All[1].FreeBytes);
        Assert.Equal(0, devices.Usable!.Index);
        fake.AssertClean();
    }

    [Fact]
    public void A_driver_that_is_too_old_makes_its_devices_unusable()
    {
        using var fake = FakeDriver.CreateOld();
        fake.Set("version", 11080);
        var devices = CudaDevices.Find(fake.Path);
        Assert.Null(devices.Missing);
        Assert.Null(devices.Usable);
        var device = Assert.Single(devices.All);
        Assert.Equal(new Version(11, 8), device.DriverVersion);
        Assert.Equal(
            "the driver supports CUDA 11.8; 12.0 or newer is needed: update the NVIDIA driver",
            device.Unusable
        );
    }

    [Theory]
    [InlineData(2, "it has no memory left: cuDevicePrimaryCtxRetain: CUDA_ERROR_OUT_OF_MEMORY (2)")]
    [InlineData(
        46,
        "another process has it for itself (its compute mode is exclusive or prohibited): "
            + "cuDevicePrimaryCtxRetain: CUDA_ERROR_DEVICE_UNAVAILABLE (46)"
    )]
    [InlineData(719, "no context can be made: cuDevicePrimaryCtxRetain: CUDA_ERROR_LAUNCH_FAILED")]
    public void A_context_that_cannot_be_made_is_the_reason(int code, string reason)
    {
        using var fake = FakeDriver.Create();
        fake.Fail("cuDevicePrimaryCtxRetain", code);
        var device = Assert.Single(CudaDevices.Find(fake.Path).All);
        Assert.StartsWith(reason, device.Unusable, StringComparison.Ordinal);
        Assert.Equal(0, device.FreeBytes);
        fake.AssertClean();
    }

    [Fact]
    public void A_device_that_does_not_answer_is_listed_with_the_error()
    {
        using var fake = FakeDriver.Create();
        fake.Fail("cuDeviceGetName", 719);
        var device = Assert.Single(CudaDevices.Find(fake.Path).All);
        Assert.Equal("unknown", device.Name);
        Assert.Equal(
            "cuDeviceGetName: CUDA_ERROR_LAUNCH_FAILED (719): unspecified launch failure",
            device.Unusable
        );
    }

    [Fact]
    public void A_driver_without_devices_is_told()
    {
        Environment.SetEnvironmentVariable("CUDA_VISIBLE_DEVICES", null);
        using var fake = FakeDriver.Create();
        fake.Fail("cuInit", 100);
        var devices = CudaDevices.Find(fake.Path);
        Assert.Empty(devices.All);
        Assert.Equal(
            "the NVIDIA driver does not start: cuInit: CUDA_ERROR_NO_DEVICE (100): no CUDA-capable device is detected",
            devices.Missing
        );
        Environment.SetEnvironmentVariable("CUDA_VISIBLE_DEVICES", "7");
        Assert.EndsWith(
            "(the environment variable CUDA_VISIBLE_DEVICES is \"7\")",
            CudaDevices.Find(fake.Path).Missing,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_count_of_zero_is_told()
    {
        using var fake = FakeDriver.Create();
        fake.Set("devices", 0);
        Assert.Equal("the NVIDIA driver finds no device", CudaDevices.Find(fake.Path).Missing);
    }

    [Fact]
    public void A_library_that_is_missing_is_named()
    {
        var devices = CudaDevices.Find("/nowhere/libcuda.so.1");
        Assert.Empty(devices.All);
        Assert.Null(devices.Usable);
        Assert.Equal("no NVIDIA driver: /nowhere/libcuda.so.1 was not found", devices.Missing);
    }

    [Fact]
    public void A_file_that_is_no_library_is_told()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "text");
        var missing = CudaDevices.Find(file).Missing;
        File.Delete(file);
        Assert.Contains(file, missing, StringComparison.Ordinal);
        Assert.Matches("cannot be loaded as a library|is not a library", missing!);
    }

    [Fact]
    public void A_library_that_lacks_a_function_is_told()
    {
        using var fake = FakeDriver.CreateBroken();
        Assert.Equal(
            $"no NVIDIA driver that can be used: {fake.Path} lacks the function cuMemsetD8Async",
            CudaDevices.Find(fake.Path).Missing
        );
    }

    [Fact]
    public void The_environment_variable_names_the_driver_where_no_path_is_given()
    {
        using var fake = FakeDriver.Create();
        Environment.SetEnvironmentVariable(CudaDriver.Variable, fake.Path);
        Assert.Equal("Fake 0", CudaDevices.Find().All[0].Name);
        Environment.SetEnvironmentVariable(CudaDriver.Variable, "/nowhere/driver.so");
        Assert.Equal("Fake 0", CudaDevices.Find(fake.Path).All[0].Name);
        Assert.Equal(
            "no NVIDIA driver: /nowhere/driver.so (named by the environment variable UNIREP_CUDA_DRIVER) was not found",
            CudaDevices.Find().Missing
        );
    }

    [Fact]
    public void Without_path_and_variable_the_driver_of_the_system_is_asked()
    {
        Environment.SetEnvironmentVariable(CudaDriver.Variable, null);
        var isThere = NativeLibrary.TryLoad(CudaDriver.SystemName, out _);
        Assert.SkipWhen(isThere, "This machine has an NVIDIA driver.");
        Assert.Equal(
            $"no NVIDIA driver: {CudaDriver.SystemName} was not found",
            CudaDevices.Find().Missing
        );
    }

    [Fact]
    public void Opening_a_device_that_cannot_be_used_says_why()
    {
        using var fake = FakeDriver.Create();
        fake.Set("devices", 2);
        var driver = CudaDriver.Load(fake.Path);
        Assert.Equal(
            "there is no device 2: the NVIDIA driver counts 2, from 0",
            Assert.Throws<CudaUnavailableException>(() => CudaContext.Open(driver, 2)).Message
        );
        Assert.Equal(
            "device 1 (Fake 1): its compute capability is 7.5; 8.0 or higher (Ampere and newer) is needed",
            Assert.Throws<CudaUnavailableException>(() => CudaContext.Open(driver, 1)).Message
        );
        Assert.Throws<CudaUnavailableException>(() => CudaDriver.Load("/nowhere/libcuda.so.1"));
    }

    [Fact]
    public void The_properties_of_a_device_are_those_that_the_driver_gives()
    {
        using var fake = FakeDriver.Create();
        Assert.Equal(
            new DeviceProperties(
                0,
                0,
                "Fake 0",
                new Version(9, 0),
                80L << 30,
                Multiprocessors: 132,
                SharedBytes: 232_448,
                HasCooperativeLaunch: true,
                CacheBytes: 50 << 20,
                ClockKilohertz: 1_980_000
            ),
            DeviceProperties.Read(CudaDriver.Load(fake.Path), 0)
        );
    }
}
