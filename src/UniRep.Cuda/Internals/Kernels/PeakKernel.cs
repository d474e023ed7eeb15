namespace UniRep.Compute.Internals.Cuda;

/// <summary>A kernel that does nothing but products: that of warpgroups on compute capability 9.0, else that of mma.sync.</summary>
internal sealed unsafe class PeakKernel
{
    /// <summary>The threads of a block: two warpgroups, or eight warps.</summary>
    public const int Threads = 256;

    private readonly CudaFunction _function;
    private readonly Product _product;
    private readonly int _sharedBytes;

    private PeakKernel(CudaModule module, Product product, int sharedBytes)
    {
        (_product, _sharedBytes) = (product, sharedBytes);
        _function = module.Function(product.Name);
        _function.SetSharedMemory(sharedBytes);
        var blocks = _function.OccupancyBlocks(Threads, sharedBytes);
        Blocks = Math.Max(1, blocks) * module.Context.Device.Multiprocessors;
    }

    /// <summary>Gets the name.</summary>
    public string Name => _product.Name;

    /// <summary>Gets the blocks of a launch, all of which run at a time.</summary>
    public int Blocks { get; }

    /// <summary>Gets the floating-point operations of a round of a launch: two for each product of two numbers.</summary>
    public double OperationsPerRound =>
        2.0 * _product.Rows * _product.Columns * _product.Depth * _product.Copies * Blocks;

    /// <summary>Gets the sum of what all threads write after one round.</summary>
    public double SumOfRound =>
        PeakOperands.Sum(_product.Rows, _product.Columns, _product.Depth)
        * _product.Copies
        * Blocks;

    /// <summary>Loads the kernel for the device.</summary>
    public static PeakKernel Load(CudaModule module) =>
        module.Context.Device.Capability == new Version(9, 0)
            // Both operands in rows of 128 bytes, and what aligns them.
            ? new PeakKernel(module, new Product("peak_wgmma", 128, 256, 64, 1), 49 * 1024)
            : new PeakKernel(module, new Product("peak_mma", 64, 32, 32, 8), 0);

    /// <summary>Adds a launch.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="sums">Takes a float for each thread of all blocks.</param>
    /// <param name="rounds">How often the products are made.</param>
    public void Launch(CudaStream stream, DeviceMemory sums, int rounds)
    {
        var address = sums.Address;
        _function.Launch(
            stream,
            Blocks,
            1,
            Threads,
            _sharedBytes,
            [(nint)(&address), (nint)(&rounds)]
        );
    }

    /// <summary>What a block multiplies in a round: Rows x Depth by Depth x Columns, in some copies.</summary>
    private sealed record Product(string Name, int Rows, int Columns, int Depth, int Copies);
}
