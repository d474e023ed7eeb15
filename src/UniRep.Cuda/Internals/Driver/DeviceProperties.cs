using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>What the driver tells of a device without a context.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Handle">Its handle in the driver.</param>
/// <param name="Name">Its name.</param>
/// <param name="Capability">Its compute capability.</param>
/// <param name="MemoryBytes">The size of its memory.</param>
/// <param name="Multiprocessors">The number of streaming multiprocessors.</param>
/// <param name="SharedBytes">The most shared memory that a block can ask for.</param>
/// <param name="HasCooperativeLaunch">Whether it can launch blocks that wait for each other.</param>
/// <param name="CacheBytes">The size of its level 2 cache.</param>
/// <param name="ClockKilohertz">The peak clock.</param>
internal sealed record DeviceProperties(
    int Index,
    int Handle,
    string Name,
    Version Capability,
    long MemoryBytes,
    int Multiprocessors,
    int SharedBytes,
    bool HasCooperativeLaunch,
    int CacheBytes,
    int ClockKilohertz
)
{
    private static readonly Version _leastCapability = new(8, 0);
    private static readonly Version _leastDriver = new(12, 0);

    /// <summary>Reads the properties of a device.</summary>
    /// <exception cref="CudaException">The driver refuses.</exception>
    public static unsafe DeviceProperties Read(CudaDriver driver, int index)
    {
        int found;
        driver.Check(driver.DeviceGet(&found, index), "cuDeviceGet");
        var handle = found;
        const int Length = 256;
        var name = stackalloc byte[Length];
        driver.Check(driver.DeviceGetName(name, Length, handle), "cuDeviceGetName");
        nuint bytes;
        driver.Check(driver.DeviceTotalMem(&bytes, handle), "cuDeviceTotalMem");
        int Attribute(DeviceAttribute attribute)
        {
            int value;
            driver.Check(
                driver.DeviceGetAttribute(&value, (int)attribute, handle),
                "cuDeviceGetAttribute",
                attribute.ToString()
            );
            return value;
        }

        return new DeviceProperties(
            index,
            handle,
            Marshal.PtrToStringUTF8((nint)name) ?? "",
            new Version(
                Attribute(DeviceAttribute.ComputeCapabilityMajor),
                Attribute(DeviceAttribute.ComputeCapabilityMinor)
            ),
            (long)bytes,
            Attribute(DeviceAttribute.MultiprocessorCount),
            Attribute(DeviceAttribute.MaxSharedMemoryPerBlockOptin),
            Attribute(DeviceAttribute.CooperativeLaunch) != 0 && driver.HasCooperativeLaunch,
            Attribute(DeviceAttribute.L2CacheSize),
            Attribute(DeviceAttribute.ClockRate)
        );
    }

    /// <summary>Says why the engine cannot use the device, as far as that is known without a context.</summary>
    public string? Unusable(CudaDriver driver) =>
        driver.Version < _leastDriver
            ? $"the driver supports CUDA {driver.Version}; {_leastDriver} or newer is needed: update the NVIDIA driver"
        : Capability < _leastCapability
            ? $"its compute capability is {Capability}; {_leastCapability} or higher (Ampere and newer) is needed"
        : null;
}
