namespace UniRep.Compute.Internals.Cuda;

/// <summary>A kernel. It lives as long as its module. The context must be current on the calling thread.</summary>
internal sealed unsafe class CudaFunction
{
    private readonly CudaModule _module;
    private readonly nint _function;

    internal CudaFunction(CudaModule module, string name, nint function)
    {
        _module = module;
        Name = name;
        _function = function;
    }

    public string Name { get; }

    /// <summary>Gets the number of registers of a thread.</summary>
    public int Registers => Attribute(FunctionAttribute.NumRegs);

    /// <summary>Gets the bytes of a thread that are spilled to memory.</summary>
    public int LocalBytes => Attribute(FunctionAttribute.LocalSizeBytes);

    /// <summary>Gets the architecture that the loaded code was compiled for, such as 9.0.</summary>
    public Version Architecture =>
        new(
            Attribute(FunctionAttribute.BinaryVersion) / 10,
            Attribute(FunctionAttribute.BinaryVersion) % 10
        );

    private CudaDriver Driver => _module.Context.Driver;

    /// <summary>Gets the function's handle, as long as its module is loaded.</summary>
    private nint Handle => _module.Handle == 0 ? 0 : _function;

    /// <summary>Allows launches with this much shared memory. More than 48 KiB must be allowed first.</summary>
    public void SetSharedMemory(int bytes) =>
        Driver.Check(
            Driver.FuncSetAttribute(
                Handle,
                (int)FunctionAttribute.MaxDynamicSharedSizeBytes,
                bytes
            ),
            "cuFuncSetAttribute",
            Name
        );

    /// <summary>Gives the number of blocks that a multiprocessor can run at a time.</summary>
    public int OccupancyBlocks(int threads, int sharedBytes)
    {
        int blocks;
        Driver.Check(
            Driver.OccupancyMaxActiveBlocksPerMultiprocessor(
                &blocks,
                Handle,
                threads,
                (nuint)sharedBytes
            ),
            "cuOccupancyMaxActiveBlocksPerMultiprocessor",
            Name
        );
        return blocks;
    }

    /// <summary>Adds a launch to a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="gridX">The number of blocks in x.</param>
    /// <param name="gridY">The number of blocks in y.</param>
    /// <param name="threads">The threads of a block.</param>
    /// <param name="sharedBytes">The dynamic shared memory of a block.</param>
    /// <param name="arguments">
    /// The address of each argument in the memory of the host. The driver copies the arguments before this returns.
    /// </param>
    public void Launch(
        CudaStream stream,
        int gridX,
        int gridY,
        int threads,
        int sharedBytes,
        ReadOnlySpan<nint> arguments
    )
    {
        fixed (nint* addresses = arguments)
        {
            Driver.Check(
                Driver.LaunchKernel(
                    Handle,
                    (uint)gridX,
                    (uint)gridY,
                    1,
                    (uint)threads,
                    1,
                    1,
                    (uint)sharedBytes,
                    stream.Handle,
                    (void**)addresses,
                    null
                ),
                "cuLaunchKernel",
                Name
            );
        }
    }

    /// <summary>Adds a launch of blocks that all run at a time, so that they can wait for each other.</summary>
    /// <inheritdoc cref="Launch"/>
    public void LaunchCooperative(
        CudaStream stream,
        int gridX,
        int gridY,
        int threads,
        int sharedBytes,
        ReadOnlySpan<nint> arguments
    )
    {
        if (!Driver.HasCooperativeLaunch)
        {
            throw new InvalidOperationException("The driver has no cooperative launches.");
        }

        fixed (nint* addresses = arguments)
        {
            Driver.Check(
                Driver.LaunchCooperativeKernel(
                    Handle,
                    (uint)gridX,
                    (uint)gridY,
                    1,
                    (uint)threads,
                    1,
                    1,
                    (uint)sharedBytes,
                    stream.Handle,
                    (void**)addresses
                ),
                "cuLaunchCooperativeKernel",
                Name
            );
        }
    }

    private int Attribute(FunctionAttribute attribute)
    {
        int value;
        Driver.Check(
            Driver.FuncGetAttribute(&value, (int)attribute, Handle),
            "cuFuncGetAttribute",
            Name
        );
        return value;
    }
}
