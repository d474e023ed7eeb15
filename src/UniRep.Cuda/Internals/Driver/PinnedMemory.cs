namespace UniRep.Compute.Internals.Cuda;

/// <summary>Memory of the host that the device reads and writes while the host does other work.</summary>
/// <param name="context">The context; made current.</param>
/// <param name="count">The number of elements, at least 1. The content is undefined.</param>
internal sealed unsafe class PinnedMemory<T>(CudaContext context, int count)
    : CudaHandle(context, Allocate(context, count))
    where T : unmanaged
{
    private const uint Portable = 1;

    /// <summary>Gets the number of elements.</summary>
    public int Count { get; } = count;

    public Span<T> Span => new((void*)Handle, Count);

    /// <summary>Gives the address of a part.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within this memory.</exception>
    public T* Part(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - count);
        return (T*)Handle + start;
    }

    protected override void Free(nint handle) => _ = Driver.MemFreeHost(handle);

    private static nint Allocate(CudaContext context, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        context.MakeCurrent();
        nint address;
        var bytes = (nuint)count * (nuint)sizeof(T);
        context.Driver.Check(
            context.Driver.MemHostAlloc(&address, bytes, Portable),
            "cuMemHostAlloc",
            $"{bytes} bytes"
        );
        return address;
    }
}
