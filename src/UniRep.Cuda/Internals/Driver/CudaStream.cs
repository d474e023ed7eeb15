namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// A queue of work for the device. Its methods add work and return, unless they say that they wait. The context must be
/// current on the calling thread.
/// </summary>
/// <param name="context">The context; made current.</param>
internal sealed unsafe class CudaStream(CudaContext context) : CudaHandle(context, Create(context))
{
    private const uint NonBlocking = 1;

    /// <summary>Copies elements to the device. The host must leave them as they are until that is done.</summary>
    public void Upload<T>(
        PinnedMemory<T> from,
        int start,
        int count,
        DeviceMemory to,
        long offset = 0
    )
        where T : unmanaged
    {
        var bytes = (long)count * sizeof(T);
        Driver.Check(
            Driver.MemcpyHtoDAsync(
                to.Part(offset, bytes),
                from.Part(start, count),
                (nuint)bytes,
                Handle
            ),
            "cuMemcpyHtoDAsync"
        );
    }

    /// <summary>Copies elements to the device and waits until this and all earlier work is done.</summary>
    public void UploadNow<T>(ReadOnlySpan<T> from, DeviceMemory to, long offset = 0)
        where T : unmanaged
    {
        var bytes = (long)from.Length * sizeof(T);
        fixed (T* source = from)
        {
            Driver.Check(
                Driver.MemcpyHtoDAsync(to.Part(offset, bytes), source, (nuint)bytes, Handle),
                "cuMemcpyHtoDAsync"
            );
            Synchronize();
        }
    }

    /// <summary>Copies elements to the host.</summary>
    public void Download<T>(
        DeviceMemory from,
        long offset,
        PinnedMemory<T> to,
        int start,
        int count
    )
        where T : unmanaged
    {
        var bytes = (long)count * sizeof(T);
        Driver.Check(
            Driver.MemcpyDtoHAsync(
                to.Part(start, count),
                from.Part(offset, bytes),
                (nuint)bytes,
                Handle
            ),
            "cuMemcpyDtoHAsync"
        );
    }

    /// <summary>Copies elements to the host and waits until this and all earlier work is done.</summary>
    public void DownloadNow<T>(DeviceMemory from, long offset, Span<T> to)
        where T : unmanaged
    {
        var bytes = (long)to.Length * sizeof(T);
        fixed (T* target = to)
        {
            Driver.Check(
                Driver.MemcpyDtoHAsync(target, from.Part(offset, bytes), (nuint)bytes, Handle),
                "cuMemcpyDtoHAsync"
            );
            Synchronize();
        }
    }

    /// <summary>Sets bytes of the device.</summary>
    public void Fill(DeviceMemory memory, long offset, long bytes, byte value) =>
        Driver.Check(
            Driver.MemsetD8Async(memory.Part(offset, bytes), value, (nuint)bytes, Handle),
            "cuMemsetD8Async"
        );

    /// <summary>Sets all bytes of a memory of the device.</summary>
    public void Fill(DeviceMemory memory, byte value) => Fill(memory, 0, memory.Bytes, value);

    /// <summary>Sets the first bytes of each of several rows that lie a pitch apart.</summary>
    public void FillRows(
        DeviceMemory memory,
        long offset,
        long pitch,
        long rowBytes,
        int rows,
        byte value
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowBytes, pitch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        Driver.Check(
            Driver.MemsetD2D8Async(
                memory.Part(offset, ((rows - 1) * pitch) + rowBytes),
                (nuint)pitch,
                value,
                (nuint)rowBytes,
                (nuint)rows,
                Handle
            ),
            "cuMemsetD2D8Async"
        );
    }

    /// <summary>Lets work that is added from now on wait for an event, on the device.</summary>
    public void Wait(CudaEvent @event) =>
        Driver.Check(Driver.StreamWaitEvent(Handle, @event.Handle, 0), "cuStreamWaitEvent");

    /// <summary>Waits until all work is done.</summary>
    public void Synchronize() =>
        Driver.Check(Driver.StreamSynchronize(Handle), "cuStreamSynchronize");

    protected override void Free(nint handle) => _ = Driver.StreamDestroy(handle);

    private static nint Create(CudaContext context)
    {
        context.MakeCurrent();
        nint stream;
        context.Driver.Check(context.Driver.StreamCreate(&stream, NonBlocking), "cuStreamCreate");
        return stream;
    }
}
