namespace UniRep.Compute.Internals.Cuda;

/// <summary>The weights of a layer on the device.</summary>
/// <param name="Wm">wmh.</param>
/// <param name="Wz">wh.</param>
/// <param name="Wxm">wmx; null in the first layer.</param>
/// <param name="Wxz">wx; null in the first layer.</param>
/// <param name="Xm">The address of x · wmx; 0 above the first layer.</param>
/// <param name="Xz">The address of x · wx + b, or of b alone.</param>
internal sealed record DeviceLayer(
    MatrixOperand Wm,
    MatrixOperand Wz,
    MatrixOperand? Wxm,
    MatrixOperand? Wxz,
    ulong Xm,
    ulong Xz
);

/// <summary>The weights of a model on the device.</summary>
internal sealed class DeviceWeights : IDisposable
{
    private readonly DisposalScope _owned = new();

    /// <param name="context">The context; made current.</param>
    /// <param name="arrays">The packed arrays.</param>
    /// <param name="heights">The heights of the tiles of weights for which tensor maps are needed.</param>
    /// <param name="hasLatency">Whether to bring the arrays of the latency kernel.</param>
    public DeviceWeights(
        CudaContext context,
        CudaArrays arrays,
        ReadOnlySpan<int> heights,
        bool hasLatency
    )
    {
        try
        {
            using var upload = new WeightUpload(context, arrays.LargestBlock);
            var shape = arrays.Shape;
            Layers = new DeviceLayer[shape.Layers];
            for (var layer = 0; layer < Layers.Length; layer++)
            {
                var source = arrays.Layers[layer];
                Layers[layer] = new DeviceLayer(
                    Matrix(upload, source.Wm, shape.MatrixRows, shape, heights),
                    Matrix(upload, source.Wz, shape.GateRows, shape, heights),
                    OptionalMatrix(upload, source.Wxm, shape.MatrixRows, shape, heights),
                    OptionalMatrix(upload, source.Wxz, shape.GateRows, shape, heights),
                    Table(upload, source.Xm),
                    Table(upload, source.Xz)
                );
            }

            (HeadW, HeadB) = (Table(upload, arrays.HeadW), Table(upload, arrays.HeadB));
            if (hasLatency)
            {
                Fragments = Table(upload, arrays.Layers[0].Fragments);
                XzInTurn = Table(upload, arrays.Layers[0].XzInTurn);
            }

            upload.Finish();
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Gets the layers, the one next to the embedding first.</summary>
    public DeviceLayer[] Layers { get; }

    /// <summary>Gets the address of the matrix of the head.</summary>
    public ulong HeadW { get; }

    /// <summary>Gets the address of the bias of the head.</summary>
    public ulong HeadB { get; }

    /// <summary>Gets the address of the weights of the latency kernel; 0 without it.</summary>
    public ulong Fragments { get; }

    /// <summary>Gets the address of x · wx + b for the latency kernel; 0 without it.</summary>
    public ulong XzInTurn { get; }

    /// <summary>Gets the memory that the weights take.</summary>
    public long Bytes { get; private set; }

    public void Dispose() => _owned.Dispose();

    private DeviceMemory Upload(WeightUpload upload, PackedBlocks blocks)
    {
        Bytes += blocks.Bytes;
        return _owned.Add(upload.Upload(blocks));
    }

    private ulong Table(WeightUpload upload, PackedBlocks? blocks) =>
        blocks is null ? 0 : Upload(upload, blocks).Address;

    private MatrixOperand Matrix(
        WeightUpload upload,
        PackedBlocks blocks,
        int rows,
        CudaShape shape,
        ReadOnlySpan<int> heights
    ) => _owned.Add(new MatrixOperand(Upload(upload, blocks), rows, shape.Width, heights));

    private MatrixOperand? OptionalMatrix(
        WeightUpload upload,
        PackedBlocks? blocks,
        int rows,
        CudaShape shape,
        ReadOnlySpan<int> heights
    ) => blocks is null ? null : Matrix(upload, blocks, rows, shape, heights);
}
