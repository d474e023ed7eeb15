namespace UniRep.Compute.Internals.Cuda;

/// <summary>The sizes of a batch and of its two chunks.</summary>
internal sealed class BatchSize
{
    /// <summary>Rows are a multiple of this, the highest tile; a batch has no fewer.</summary>
    public const int RowMultiple = 128;

    /// <summary>The number of chunks: one is planned while the other runs.</summary>
    public const int Chunks = 2;

    /// <summary>The most rows where states are copied to the host, which takes longer than to compute them.</summary>
    private const int MostStateRows = 1024;

    /// <summary>The most rows, whatever is asked for.</summary>
    private const int MostRows = 1 << 16;
    private const int MostSavedRows = 1024;
    private const int SavedRowMultiple = 16;

    private const int MostSteps = 64;
    private const int FewSteps = 4;
    private const int MostResults = 4096;

    /// <summary>The memory of the results of a chunk, unless the rows need more.</summary>
    private const long ResultBytes = 32 << 20;

    /// <summary>The memory of the states of the steps of a chunk: pinned memory as well as memory of the device.</summary>
    private const long StateBytes = 96 << 20;

    /// <summary>The same where the states stay on the device, since only logits are wanted.</summary>
    private const long InnerStateBytes = 256 << 20;

    /// <summary>The memory of the states of the latency kernel of a chunk.</summary>
    private const long LatencyStateBytes = 32 << 20;

    /// <summary>The positions of a call of the latency kernel where nobody asks for states.</summary>
    private const int MostLatencySteps = 1 << 17;

    private readonly CudaShape _shape;
    private readonly Outputs _outputs;
    private readonly bool _hasLatency;

    private BatchSize(CudaShape shape, Outputs outputs, bool hasLatency, int rows, int steps)
    {
        (_shape, _outputs, _hasLatency, Rows, Steps) = (shape, outputs, hasLatency, rows, steps);
        var slotBytes = 3L * shape.PaddedUnits * sizeof(float);
        var slots = Math.Min(MostResults, Math.Min(ResultBytes / slotBytes, 4L * rows));
        Results = (int)Math.Max(rows, slots);
        SavedRows = Math.Min(MostSavedRows, rows / 8 / SavedRowMultiple * SavedRowMultiple);
        LatencySteps =
            !hasLatency ? 0
            : KeepsStates ? (int)(LatencyStateBytes / LatencyKernel.Sequences / RowBytes)
            : MostLatencySteps;
        StateRows = KeepsStates
            ? checked(steps * rows + LatencySteps * LatencyKernel.Sequences)
            : 0;
    }

    /// <summary>Gets the number of rows.</summary>
    public int Rows { get; }

    /// <summary>Gets the number of rows for saved states.</summary>
    public int SavedRows { get; }

    /// <summary>Gets the number of steps of a chunk.</summary>
    public int Steps { get; }

    /// <summary>Gets the number of result slots of a chunk.</summary>
    public int Results { get; }

    /// <summary>Gets the number of positions for the calls of the latency kernel of a chunk; 0 without the kernel.</summary>
    public int LatencySteps { get; }

    /// <summary>Gets the number of rows of states that a chunk keeps; 0 if nobody asks for states or logits.</summary>
    public int StateRows { get; }

    /// <summary>Gets whether hidden states are copied to the host.</summary>
    public bool HasStates => _outputs.HasFlag(Outputs.HiddenStates);

    /// <summary>Gets whether logits are computed.</summary>
    public bool HasLogits => _outputs.HasFlag(Outputs.Logits);

    /// <summary>Gets the memory that the batch takes on the device.</summary>
    public long DeviceBytes
    {
        get
        {
            var (units, layers) = ((long)_shape.PaddedUnits, _shape.Layers);
            var (h, floats) = ((long)_shape.Width * sizeof(ushort), units * sizeof(float));
            var kept = layers * (h + floats) + floats;
            var passing = h + (layers > 1 ? floats : 0);
            var chunk =
                (long)InputBytes
                + (Results + LatencyKernel.Sequences) * 3L * floats
                + (HasLogits ? StateRows * (long)MlstmShape.Classes * sizeof(float) : 0);
            return (Rows + SavedRows) * kept
                + Rows * passing
                + Chunks * chunk
                + StateBuffers * StateRows * floats;
        }
    }

    /// <summary>Gets the number of buffers of states: two if they are copied while the next chunk runs.</summary>
    public int StateBuffers => HasStates ? Chunks : 1;

    /// <summary>Gets the bytes of input for which a chunk has room at first.</summary>
    public int InputBytes => checked(Steps * Rows * sizeof(uint) + 4 * Rows * 8 + (1 << 16));

    private bool KeepsStates => HasStates || HasLogits;

    private long RowBytes => (long)_shape.PaddedUnits * sizeof(float);

    /// <summary>Gives the sizes that the options and the model suggest, as if memory were enough.</summary>
    /// <param name="shape">The sizes of the model.</param>
    /// <param name="options">The options.</param>
    /// <param name="busyRows">The number of rows that keeps the device busy.</param>
    /// <param name="rows">The number of sequences that will be side by side at most; 0 for many.</param>
    /// <param name="outputs">What is wanted besides the three vectors.</param>
    /// <param name="hasLatency">Whether the latency kernel is used.</param>
    public static BatchSize Largest(
        CudaShape shape,
        CudaOptions options,
        int busyRows,
        int rows,
        Outputs outputs,
        bool hasLatency
    )
    {
        var hasStates = outputs.HasFlag(Outputs.HiddenStates);
        var most =
            options.Rows > 0 ? Math.Min(options.Rows, MostRows)
            : hasStates ? Math.Min(busyRows, MostStateRows)
            : busyRows;
        var size = CudaShape.RoundUp(rows > 0 ? Math.Min(rows, most) : most, RowMultiple);
        var rowBytes = (long)size * shape.PaddedUnits * sizeof(float);
        var steps =
            hasStates ? Math.Clamp(StateBytes / rowBytes, 1, MostSteps)
            : outputs.HasFlag(Outputs.Logits) ? Math.Clamp(InnerStateBytes / rowBytes, 1, MostSteps)
            : MostSteps;
        return new BatchSize(shape, outputs, hasLatency, size, (int)steps);
    }

    /// <summary>Gives sizes that take less memory; null if there are none.</summary>
    public BatchSize? Smaller() =>
        KeepsStates && Steps > FewSteps
            ? new BatchSize(_shape, _outputs, _hasLatency, Rows, Steps / 2)
        : Rows > RowMultiple ? new BatchSize(_shape, _outputs, _hasLatency, HalfRows, Steps)
        : null;

    /// <summary>Makes the error of a device without the memory for the smallest batch.</summary>
    public CudaException TooLarge(long limit) =>
        new(
            "cuMemAlloc",
            DriverCode.OutOfMemory,
            "CUDA_ERROR_OUT_OF_MEMORY",
            $"{Rows} sequences side by side, the fewest, need {DeviceBytes >> 20} MiB of device memory; "
                + $"{Math.Max(0, limit) >> 20} MiB are left for them beside the weights"
        );

    private int HalfRows => Math.Max(RowMultiple, Rows / 2 / RowMultiple * RowMultiple);
}
