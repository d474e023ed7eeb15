namespace UniRep.Compute.Internals.Cuda;

/// <summary>Memory of the device.</summary>
/// <param name="context">The context; made current.</param>
/// <param name="bytes">The size, at least 1. The content is undefined.</param>
internal sealed unsafe class DeviceMemory(CudaContext context, long bytes)
    : CudaHandle(context, Allocate(context, bytes))
{
    /// <summary>Gets the address on the device, aligned to 256 bytes.</summary>
    public ulong Address => (ulong)Handle;

    public long Bytes { get; } = bytes;

    /// <summary>Gives the address of a part.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within this memory.</exception>
    public ulong Part(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Bytes - length);
        return Address + (ulong)offset;
    }

    protected override void Free(nint handle) => _ = Driver.MemFree((ulong)handle);

    private static nint Allocate(CudaContext context, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        context.MakeCurrent();
        ulong address;
        context.Driver.Check(
            context.Driver.MemAlloc(&address, (nuint)bytes),
            "cuMemAlloc",
            $"{bytes} bytes"
        );
        return (nint)address;
    }
}
