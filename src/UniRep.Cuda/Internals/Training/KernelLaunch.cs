namespace UniRep.Compute.Internals.Cuda;

/// <summary>Launches of kernels whose arguments are numbers and addresses, in blocks of 256 threads.</summary>
internal static class KernelLaunch
{
    /// <summary>The threads of a block.</summary>
    public const int Threads = 256;

    /// <summary>Adds a launch to a stream, of blocks of 256 threads.</summary>
    /// <param name="function">The kernel.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="blocks">The number of blocks.</param>
    /// <param name="sharedBytes">The dynamic shared memory of a block.</param>
    /// <param name="arguments">All arguments.</param>
    public static unsafe void OverBlocks(
        CudaFunction function,
        CudaStream stream,
        int blocks,
        int sharedBytes,
        ReadOnlySpan<KernelArgument> arguments
    )
    {
        fixed (KernelArgument* first = arguments)
        {
            Span<nint> addresses = stackalloc nint[arguments.Length];
            for (var index = 0; index < addresses.Length; index++)
            {
                addresses[index] = (nint)(first + index);
            }

            function.Launch(stream, blocks, 1, Threads, sharedBytes, addresses);
        }
    }

    /// <summary>Gives the number of blocks with a thread for each element.</summary>
    public static int Blocks(long elements) => checked((int)((elements + Threads - 1) / Threads));

    /// <summary>Adds a launch with a thread for each element.</summary>
    public static void OverElements(
        CudaFunction function,
        CudaStream stream,
        long elements,
        ReadOnlySpan<KernelArgument> arguments
    ) => OverBlocks(function, stream, Blocks(elements), 0, arguments);
}
