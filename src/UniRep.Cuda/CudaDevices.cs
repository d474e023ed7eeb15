using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute;

/// <summary>The devices of this machine, or why there are none.</summary>
public sealed class CudaDevices
{
    private CudaDevices(string? missing, IReadOnlyList<CudaDevice> all)
    {
        Missing = missing;
        All = all;
    }

    /// <summary>Gets why there is no device; null if there is at least one.</summary>
    public string? Missing { get; }

    /// <summary>Gets all devices, in the order of the driver, also those that cannot be used.</summary>
    public IReadOnlyList<CudaDevice> All { get; }

    /// <summary>Gets the first device that can be used; null if there is none.</summary>
    public CudaDevice? Usable => All.FirstOrDefault(device => device.Unusable is null);

    /// <summary>
    /// Asks the NVIDIA driver for its devices. A context of each is made and released, which takes a part of a second.
    /// </summary>
    /// <param name="driverPath">
    /// The path of the driver's library; null for the one that the environment variable UNIREP_CUDA_DRIVER names, or else the
    /// one of the system.
    /// </param>
    public static CudaDevices Find(string? driverPath = null)
    {
        try
        {
            var driver = CudaDriver.Load(driverPath);
            var count = driver.CountDevices();
            return count == 0
                ? new CudaDevices("the NVIDIA driver finds no device", [])
                : new CudaDevices(
                    null,
                    [.. Enumerable.Range(0, count).Select(index => DeviceProbe.Run(driver, index))]
                );
        }
        catch (Exception error) when (error is CudaUnavailableException or CudaException)
        {
            return new CudaDevices(error.Message, []);
        }
    }
}
