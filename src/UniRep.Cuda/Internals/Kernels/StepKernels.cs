namespace UniRep.Compute.Internals.Cuda;

/// <summary>The kernels of a layer of a step, those of warpgroups where the device has them, else those of mma.sync.</summary>
internal sealed unsafe class StepKernels
{
    /// <summary>CUDA_ERROR_NOT_FOUND, and that no code in the image is for this device.</summary>
    private static readonly int[] _missing = [500, 209];

    private readonly KernelTile[] _tiles;
    private readonly CudaFunction[] _m;
    private readonly CudaFunction[] _z;
    private readonly TileChoice _choice;
    private readonly int _multiprocessors;
    private readonly CudaShape _shape;

    private StepKernels(CudaModule module, CudaShape shape, KernelTile[] tiles)
    {
        (_tiles, _shape) = (tiles, shape);
        _multiprocessors = module.Context.Device.Multiprocessors;
        _choice = new TileChoice(shape, tiles, _multiprocessors);
        _m = [.. tiles.Select(tile => Load(module, $"mlstm_m_{tile.Suffix}", tile))];
        _z = [.. tiles.Select(tile => Load(module, $"mlstm_z_{tile.Suffix}", tile))];
    }

    /// <summary>Gets whether the kernels are those of warpgroups.</summary>
    public bool UseWarpgroups => _tiles == KernelTile.Warpgroup;

    /// <summary>Gets the tiles that the device can compute.</summary>
    public ReadOnlySpan<KernelTile> Tiles => _tiles;

    /// <summary>Gets or sets the tile of all launches, to test and to time it; null to choose.</summary>
    public KernelTile? Forced { get; set; }

    /// <summary>Gets the number of rows that keeps the device busy.</summary>
    public int BusyRows => _choice.BusyRows();

    /// <summary>Gets the heights of the tiles of states for which tensor maps are needed.</summary>
    public ReadOnlySpan<int> RowHeights => UseWarpgroups ? [64, 128] : [];

    /// <summary>Gets the heights of the tiles of weights for which tensor maps are needed.</summary>
    public ReadOnlySpan<int> WeightHeights => UseWarpgroups ? [64, 128, 256] : [];

    /// <summary>Loads the kernels for a device.</summary>
    public static StepKernels Load(CudaModule module, CudaShape shape)
    {
        var (context, driver) = (module.Context, module.Context.Driver);
        if (context.Device.Capability == new Version(9, 0) && driver.HasTensorMaps)
        {
            try
            {
                return new StepKernels(module, shape, KernelTile.Warpgroup);
            }
            catch (CudaException error) when (_missing.Contains(error.Code))
            {
                // An image without code for exactly this architecture: the others do.
            }
        }

        return new StepKernels(module, shape, KernelTile.Mma);
    }

    /// <summary>Adds y = x · (h · wmh), or nothing but the product if there is a place for it.</summary>
    public void LaunchM(CudaStream stream, MatrixOperand x, MatrixOperand w, StepArguments step)
    {
        var tile = Forced ?? _choice.For(step.Rows, _shape.PaddedUnits, 1);
        Launch(stream, _m, tile, _shape.PaddedUnits, x, w, x, w, step);
    }

    /// <summary>Adds z, the gates and the new state, of one or two products.</summary>
    public void LaunchZ(
        CudaStream stream,
        MatrixOperand x0,
        MatrixOperand w0,
        MatrixOperand x1,
        MatrixOperand w1,
        StepArguments step
    )
    {
        var tile = Forced ?? _choice.For(step.Rows, _shape.GateRows, step.Sources);
        Launch(stream, _z, tile, _shape.GateRows, x0, w0, x1, w1, step);
    }

    private void Launch(
        CudaStream stream,
        CudaFunction[] functions,
        KernelTile tile,
        int columns,
        MatrixOperand x0,
        MatrixOperand w0,
        MatrixOperand x1,
        MatrixOperand w1,
        StepArguments step
    )
    {
        ReadOnlySpan<nint> arguments =
        [
            x0.Argument(tile.Rows),
            w0.Argument(tile.WeightRows),
            x1.Argument(tile.Rows),
            w1.Argument(tile.WeightRows),
            (nint)(&step),
        ];
        var (gridX, gridY) = tile.Cost is not null
            ? (Math.Min(tile.Count(step.Rows, columns), tile.Blocks(_multiprocessors)), 1)
            : (tile.RowTiles(step.Rows), tile.ColumnTiles(columns));
        functions[Array.IndexOf(_tiles, tile)]
            .Launch(stream, gridX, gridY, tile.Threads, tile.SharedBytes, arguments);
    }

    private static CudaFunction Load(CudaModule module, string name, KernelTile tile)
    {
        var function = module.Function(name);
        function.SetSharedMemory(tile.SharedBytes);
        return function;
    }
}
