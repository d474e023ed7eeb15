namespace UniRep.Compute.Internals.Cuda;

/// <summary>The kernel that computes up to eight sequences to their end in one launch, with all weights on the chip.</summary>
internal sealed unsafe class LatencyKernel
{
    /// <summary>The number of sequences of a launch.</summary>
    public const int Sequences = 8;
    private const int Threads = 256;
    private const int Buffers = 4;
    private const byte Unwritten = 0xFF;

    /// <summary>The bytes of what a block gives to the others: 8 sequences of 16 units of bfloat16.</summary>
    private const int SlotBytes = Sequences * CudaShape.LatencyUnits * sizeof(ushort);

    private readonly CudaShape _shape;
    private readonly CudaFunction _function;

    private LatencyKernel(CudaShape shape, CudaFunction function) =>
        (_shape, _function) = (shape, function);

    /// <summary>Gets the bytes of the memory through which blocks exchange h and m.</summary>
    public int ExchangeBytes => Buffers * BufferBytes;

    private int BufferSlots => CudaShape.LatencyWarps * _shape.LatencyTiles;

    private int BufferBytes => BufferSlots * SlotBytes;

    private int SharedBytes => SharedBytesOf(_shape.LatencyTiles);

    /// <summary>Loads the kernel; null if there is none for the model, or the device cannot hold all its blocks at a time.</summary>
    public static LatencyKernel? Load(CudaModule module, CudaShape shape)
    {
        var device = module.Context.Device;
        if (
            shape.LatencyTiles == 0
            || !device.HasCooperativeLaunch
            || SharedBytesOf(shape.LatencyTiles) > device.SharedBytes
        )
        {
            return null;
        }

        var kernel = new LatencyKernel(
            shape,
            module.Function($"mlstm_latency_{shape.LatencyTiles}")
        );
        kernel._function.SetSharedMemory(kernel.SharedBytes);
        var blocks = kernel._function.OccupancyBlocks(Threads, kernel.SharedBytes);
        return blocks * device.Multiprocessors >= shape.LatencyBlocks ? kernel : null;
    }

    /// <summary>Adds a launch.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="exchange">Memory of <see cref="ExchangeBytes"/>, which no other launch uses at the same time.</param>
    /// <param name="launch">What is computed.</param>
    public void Launch(CudaStream stream, DeviceMemory exchange, LatencyLaunch launch)
    {
        stream.Fill(exchange, Unwritten);
        var missing = BufferSlots - _shape.LatencyBlocks;
        if (missing > 0)
        {
            stream.FillRows(
                exchange,
                (long)_shape.LatencyBlocks * SlotBytes,
                BufferBytes,
                (long)missing * SlotBytes,
                Buffers,
                0
            );
        }

        var (units, address) = (_shape.PaddedUnits, exchange.Address);
        ReadOnlySpan<nint> arguments =
        [
            (nint)(&launch.Fragments),
            (nint)(&launch.Xm),
            (nint)(&launch.Xz),
            (nint)(&launch.Tokens),
            (nint)(&launch.Lengths),
            (nint)(&launch.From),
            (nint)(&launch.To),
            (nint)(&launch.Results),
            (nint)(&launch.States),
            (nint)(&address),
            (nint)(&launch.Sequences),
            (nint)(&launch.Steps),
            (nint)(&units),
            (nint)(&launch.Error),
        ];
        _function.LaunchCooperative(
            stream,
            _shape.LatencyBlocks,
            1,
            Threads,
            SharedBytes,
            arguments
        );
    }

    /// <summary>Gives the shared memory: weights that no register holds, sums of 8 warps, and a table of tokens.</summary>
    private static int SharedBytesOf(int tiles)
    {
        var weights = tiles == 15 ? 36 : 0;
        return CudaShape.LatencyWarps * weights * 512
            + CudaShape.LatencyWarps * 160 * sizeof(float) * 5
            + MlstmShape.Tokens * 80 * sizeof(float);
    }
}

/// <summary>The arguments of a launch of the latency kernel, as device addresses.</summary>
internal struct LatencyLaunch
{
    public ulong Fragments;
    public ulong Xm;
    public ulong Xz;

    /// <summary>The tokens, [Steps + 1][8].</summary>
    public ulong Tokens;

    /// <summary>The number of positions of each sequence, [8].</summary>
    public ulong Lengths;

    /// <summary>The slot with the state from which each sequence goes on, [8]; -1 for the zero state.</summary>
    public ulong From;

    /// <summary>The slot of each result, [8].</summary>
    public ulong To;
    public ulong Results;

    /// <summary>Takes h of every position, [Steps][8][PaddedUnits]; zero if nobody asked for it.</summary>
    public ulong States;
    public ulong Error;
    public int Sequences;
    public int Steps;
}
