namespace UniRep.Compute.Internals.Cuda;

/// <summary>Finds out whether a device can be used.</summary>
internal static class DeviceProbe
{
    /// <summary>Describes a device. Errors become its reason.</summary>
    public static CudaDevice Run(CudaDriver driver, int index)
    {
        try
        {
            var properties = DeviceProperties.Read(driver, index);
            var reason = properties.Unusable(driver);
            var free = reason is null ? FreeBytes(driver, properties, out reason) : 0;
            return Describe(driver, properties, free, reason);
        }
        catch (CudaException error)
        {
            var unknown = new DeviceProperties(
                index,
                0,
                "unknown",
                new Version(0, 0),
                MemoryBytes: 0,
                Multiprocessors: 0,
                SharedBytes: 0,
                HasCooperativeLaunch: false,
                CacheBytes: 0,
                ClockKilohertz: 0
            );
            return Describe(driver, unknown, 0, error.Message);
        }
    }

    private static CudaDevice Describe(
        CudaDriver driver,
        DeviceProperties properties,
        long freeBytes,
        string? reason
    ) =>
        new()
        {
            Index = properties.Index,
            Name = properties.Name,
            ComputeCapability = properties.Capability,
            MemoryBytes = properties.MemoryBytes,
            FreeBytes = freeBytes,
            Multiprocessors = properties.Multiprocessors,
            ClockHertz = 1000L * properties.ClockKilohertz,
            NominalPeak = NominalPeak.Of(properties),
            DriverVersion = driver.Version,
            Unusable = reason,
        };

    /// <summary>Makes and releases a context. The context of the calling thread is as before.</summary>
    private static unsafe long FreeBytes(
        CudaDriver driver,
        DeviceProperties properties,
        out string? reason
    )
    {
        nint before;
        driver.Check(driver.CtxGetCurrent(&before), "cuCtxGetCurrent");
        try
        {
            using var context = CudaContext.Open(driver, properties);
            reason = null;
            return context.Memory().Free;
        }
        catch (CudaException error)
        {
            reason = error.Code switch
            {
                DriverCode.OutOfMemory => $"it has no memory left: {error.Message}",
                DriverCode.DeviceUnavailable =>
                    $"another process has it for itself (its compute mode is exclusive or prohibited): {error.Message}",
                _ => $"no context can be made: {error.Message}",
            };
            return 0;
        }
        finally
        {
            _ = driver.CtxSetCurrent(before);
        }
    }
}
