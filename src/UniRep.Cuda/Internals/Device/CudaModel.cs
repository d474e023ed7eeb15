namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// A model on a device: its weights and kernels. Immutable and thread-safe; batches of it may be used by several threads, each
/// batch by one at a time. Dispose it after its batches.
/// </summary>
internal sealed class CudaModel : ICudaModel
{
    private readonly DisposalScope _owned = new();

    private CudaModel(
        CudaDriver driver,
        Task<CudaArrays> packing,
        CudaOptions options,
        KernelImage image
    )
    {
        Options = options;
        try
        {
            Context = _owned.Add(CudaContext.Open(driver, options.Device));
            Device = DeviceProbe.Run(driver, options.Device);
            var module = _owned.Add(new CudaModule(Context, image.Bytes));
            var packed = packing.GetAwaiter().GetResult();
            Shape = packed.Shape;
            Steps = StepKernels.Load(module, Shape);
            Rows = new RowKernels(module, Shape);
            Latency = options.Latency ? LatencyKernel.Load(module, Shape) : null;
            Weights = _owned.Add(
                new DeviceWeights(Context, packed, Steps.WeightHeights, Latency is not null)
            );
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Gets the options.</summary>
    public CudaOptions Options { get; }

    /// <summary>Gets the context of the device.</summary>
    public CudaContext Context { get; }

    /// <summary>Gets the sizes of the model on the device.</summary>
    public CudaShape Shape { get; }

    /// <inheritdoc/>
    MlstmShape ICudaModel.Shape => Shape.Model;

    /// <inheritdoc/>
    public CudaDevice Device { get; }

    /// <summary>Gets the weights.</summary>
    public DeviceWeights Weights { get; }

    /// <summary>Gets the kernels of a step.</summary>
    public StepKernels Steps { get; }

    /// <summary>Gets the kernels that move states.</summary>
    public RowKernels Rows { get; }

    /// <summary>Gets the kernel for few sequences; null if the options, the model or the device exclude it.</summary>
    public LatencyKernel? Latency { get; }

    /// <summary>Packs a model, folding weight normalisation in, and brings it to a device. The arrays are not kept.</summary>
    /// <param name="arrays">The raw parameters.</param>
    /// <param name="options">The options.</param>
    /// <param name="image">The compiled kernels; null for those of this assembly.</param>
    /// <exception cref="ArgumentException">An array does not have the size of the shape, or an option is invalid.</exception>
    /// <exception cref="CudaUnavailableException">There is no driver, or no such device that can be used.</exception>
    /// <exception cref="CudaException">The driver reports an error, such as a lack of memory.</exception>
    public static CudaModel Load(MlstmArrays arrays, CudaOptions options, KernelImage? image = null)
    {
        options.Check();
        arrays.CheckSizes();
        // To start the driver takes as long as to sum the weights, so both are done at the same time.
        var packing = Task.Run(() => new CudaArrays(arrays, options.Precision));
        var driver = CudaDriver.Load(options.DriverPath);
        return new CudaModel(
            driver,
            packing,
            options,
            image ?? KernelImage.Embedded(KernelImage.Scan)
        );
    }

    /// <summary>Makes a batch as large as the model, the options and the memory of the device suggest.</summary>
    /// <param name="rows">The number of sequences that will be side by side at most; 0 for many.</param>
    /// <param name="outputs">What is wanted besides the three vectors.</param>
    /// <exception cref="CudaException">The device does not have the memory for 128 rows, or another error.</exception>
    public CudaBatch CreateBatch(int rows, Outputs outputs)
    {
        Context.MakeCurrent();
        var limit = BatchMemory();
        for (var size = FirstSize(rows, outputs); ; )
        {
            try
            {
                if (size.DeviceBytes <= limit)
                {
                    return new CudaBatch(this, size);
                }
            }
            catch (CudaException error) when (error.IsOutOfMemory && size.Smaller() is not null)
            {
                // Another process took the memory meanwhile, or the host has no more of it to pin.
            }

            size = size.Smaller() ?? throw size.TooLarge(Math.Min(limit, Context.Memory().Free));
        }
    }

    /// <inheritdoc/>
    ICudaBatch ICudaModel.CreateBatch(int rows, Outputs outputs) => CreateBatch(rows, outputs);

    /// <inheritdoc/>
    public CudaPeak MeasurePeak() => MeasuredPeak.Of(Context);

    public void Dispose() => _owned.Dispose();

    private BatchSize FirstSize(int rows, Outputs outputs) =>
        BatchSize.Largest(Shape, Options, Steps.BusyRows, rows, outputs, Latency is not null);

    /// <summary>Gives the memory that a batch may take.</summary>
    private long BatchMemory() =>
        Options.MemoryBytes == 0
            ? Context.Memory().Free / 10 * 9
            : Options.MemoryBytes - Weights.Bytes;
}
