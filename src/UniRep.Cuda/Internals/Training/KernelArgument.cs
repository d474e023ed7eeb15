namespace UniRep.Compute.Internals.Cuda;

/// <summary>An argument of a kernel, of at most eight bytes.</summary>
internal readonly struct KernelArgument
{
    private readonly ulong _bits;

    private KernelArgument(ulong bits) => _bits = bits;

    public static implicit operator KernelArgument(ulong address) => new(address);

    public static implicit operator KernelArgument(int number) => new((uint)number);

    public static implicit operator KernelArgument(bool isTrue) => new(isTrue ? 1u : 0u);

    public static implicit operator KernelArgument(DeviceMatrix matrix) => new(matrix.Address);
}
