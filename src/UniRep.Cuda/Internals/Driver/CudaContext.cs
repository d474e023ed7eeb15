namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The primary context of a device. It is released when it and all handles that were made in it are disposed, in any order.
/// </summary>
internal sealed unsafe class CudaContext : IDisposable
{
    private readonly nint _handle;
    private int _references;
    private int _disposed;

    private CudaContext(CudaDriver driver, DeviceProperties device, nint handle)
    {
        Driver = driver;
        Device = device;
        _handle = handle;
        _references = 1;
    }

    ~CudaContext() => Release();

    public CudaDriver Driver { get; }

    public DeviceProperties Device { get; }

    /// <summary>Opens a device and makes its context current on this thread.</summary>
    /// <exception cref="CudaUnavailableException">There is no such device, or the engine cannot use it.</exception>
    /// <exception cref="CudaException">The context cannot be made.</exception>
    public static CudaContext Open(CudaDriver driver, int index)
    {
        var count = driver.CountDevices();
        if (index < 0 || index >= count)
        {
            throw new CudaUnavailableException(
                count == 0
                    ? "the NVIDIA driver finds no device"
                    : $"there is no device {index}: the NVIDIA driver counts {count}, from 0"
            );
        }

        var device = DeviceProperties.Read(driver, index);
        return device.Unusable(driver) is { } reason
            ? throw new CudaUnavailableException($"device {index} ({device.Name}): {reason}")
            : Open(driver, device);
    }

    /// <summary>Opens a device that can be used and makes its context current on this thread.</summary>
    /// <exception cref="CudaException">The context cannot be made.</exception>
    public static CudaContext Open(CudaDriver driver, DeviceProperties device)
    {
        nint handle;
        driver.Check(
            driver.DevicePrimaryCtxRetain(&handle, device.Handle),
            "cuDevicePrimaryCtxRetain"
        );
        var context = new CudaContext(driver, device, handle);
        try
        {
            context.MakeCurrent();
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>Makes the context current on this thread, which all calls of the driver need.</summary>
    public void MakeCurrent()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        Driver.Check(Driver.CtxSetCurrent(_handle), "cuCtxSetCurrent");
    }

    /// <summary>Gives the free memory and all memory of the device in bytes. The context must be current.</summary>
    public (long Free, long Total) Memory()
    {
        nuint free;
        nuint total;
        Driver.Check(Driver.MemGetInfo(&free, &total), "cuMemGetInfo");
        return ((long)free, (long)total);
    }

    /// <summary>Releases the context once its handles are disposed too.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Keeps the context for a handle.</summary>
    internal void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Gives up the context of a handle.</summary>
    internal void RemoveReference()
    {
        if (Interlocked.Decrement(ref _references) != 0)
        {
            return;
        }

        nint current;
        if (Driver.CtxGetCurrent(&current) == 0 && current == _handle)
        {
            _ = Driver.CtxSetCurrent(0);
        }

        // Disposal does not throw: after an error of the context every call repeats that error.
        _ = Driver.DevicePrimaryCtxRelease(Device.Handle);
    }

    /// <summary>Makes the context current in order to free a handle. An error is ignored.</summary>
    internal void MakeCurrentToFree() => _ = Driver.CtxSetCurrent(_handle);

    private void Release()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            RemoveReference();
        }
    }
}
