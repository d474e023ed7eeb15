using UniRep.Compute.Internals.Cuda;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute;

/// <summary>
/// A model in training on an NVIDIA GPU: raw parameters, gradients by back-propagation through time and Adam, all on the device. A
/// device gives the same bits each time, whatever memory is free. Not thread-safe.
/// </summary>
/// <remarks>
/// Products of matrices are computed in the precision of the options, those of the head, of the tables of the tokens and of the
/// sums by token always in exact precision, everything else in float32: weight normalisation, gates, cells, Adam.
/// </remarks>
public sealed class CudaTrainer : ITrainer
{
    /// <summary>
    /// The part of the free memory that traces of segments take, in tenths. A second trainer, which computes the loss of a
    /// validation set, needs some of the rest.
    /// </summary>
    private const int TenthsOfMemory = 6;

    private readonly DisposalScope _owned = new();
    private readonly CudaContext _context;
    private readonly RawParameters _raw;
    private readonly TrainingWeights _weights;
    private readonly CudaPropagation _propagation;
    private readonly TrainingLimits _limits;
    private bool _hasGradient;

    private CudaTrainer(
        TrainerState state,
        CudaOptions options,
        bool averages,
        TrainingLimits limits,
        KernelImage image
    )
    {
        (Steps, Precision, _limits) = (state.Steps, options.Precision, limits);
        var shape = state.Parameters.Shape;
        var units = CudaShape.RoundUp(shape.Units, CudaShape.UnitMultiple);
        try
        {
            var driver = CudaDriver.Load(options.DriverPath);
            _context = _owned.Add(CudaContext.Open(driver, options.Device));
            Device = DeviceProbe.Run(driver, options.Device);
            var free = _context.Memory().Free;
            var module = _owned.Add(new CudaModule(_context, image.Bytes));
            var stream = _owned.Add(new CudaStream(_context));
            var kernels = new CudaTrainingKernels(module, units);
            var ofParameters = new ParameterKernels(module);
            var products = _owned.Add(
                new MatrixProducts(
                    module,
                    stream,
                    kernels,
                    checked(limits.Lanes * 4 * units),
                    options.Precision == CudaPrecision.Exact
                )
            );
            _raw = _owned.Add(new RawParameters(stream, ofParameters, state, averages));
            _weights = _owned.Add(new TrainingWeights(_raw, stream, ofParameters, products));
            _propagation = _owned.Add(
                new CudaPropagation(
                    stream,
                    kernels,
                    products,
                    _weights,
                    limits,
                    () => TraceMemory(options, free)
                )
            );
            _weights.Fold();
            stream.Synchronize();
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public MlstmShape Shape => _raw.Shape;

    /// <summary>Gets the device.</summary>
    public CudaDevice Device { get; }

    /// <summary>Gets the precision of the matrix products.</summary>
    public CudaPrecision Precision { get; }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <summary>Makes a trainer from a saved state, or from <see cref="TrainerState.Start"/>.</summary>
    /// <param name="state">The state. It is copied.</param>
    /// <param name="trainer">Whether to keep an average; threads, instruction set and memory are those of the CPU.</param>
    /// <param name="options">The device, the precision and the limit of the device's memory; null for the defaults.</param>
    /// <exception cref="ArgumentException">An array does not have the size of the shape, or an option is invalid.</exception>
    /// <exception cref="CudaUnavailableException">There is no driver or no such device, or the device is not fit.</exception>
    /// <exception cref="CudaException">The device has too little memory, among others.</exception>
    public static CudaTrainer Resume(
        TrainerState state,
        TrainerOptions? trainer = null,
        CudaOptions? options = null
    ) => Resume(state, trainer, options, new TrainingLimits(), null);

    /// <summary>Makes a trainer with segments of another size and other kernels, for tests.</summary>
    internal static CudaTrainer Resume(
        TrainerState state,
        TrainerOptions? trainer,
        CudaOptions? options,
        TrainingLimits limits,
        KernelImage? image
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        options ??= new CudaOptions();
        options.Check();
        MlstmArrays?[] all = [state.Parameters, state.First, state.Second, state.Average];
        foreach (var arrays in all.OfType<MlstmArrays>())
        {
            arrays.CheckSizes();
        }

        return new CudaTrainer(
            state,
            options,
            trainer?.Averages ?? false,
            limits,
            image ?? KernelImage.Embedded(KernelImage.Training)
        );
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or a token is not in 1 to 23.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled. There is no gradient.</exception>
    /// <exception cref="CudaException">The device has failed, or has too little memory.</exception>
    public BatchLoss Gradient(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean = LossMean.PerToken,
        int window = 0,
        CancellationToken cancellation = default
    )
    {
        _hasGradient = false;
        var loss = Run(sequences, mean, window, true, cancellation);
        _weights.Unfold();
        _hasGradient = true;
        return loss;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or a token is not in 1 to 23.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    /// <exception cref="CudaException">The device has failed, or has too little memory.</exception>
    public BatchLoss Evaluate(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean = LossMean.PerToken,
        CancellationToken cancellation = default
    ) => Run(sequences, mean, 0, false, cancellation);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A value of the step is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient, or it was used already.</exception>
    /// <exception cref="CudaException">The device has failed.</exception>
    public double Update(AdamStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Check();
        if (!_hasGradient)
        {
            throw new InvalidOperationException("There is no gradient. Compute one first.");
        }

        _context.MakeCurrent();
        _hasGradient = false;
        var norm = Math.Sqrt(_raw.SumOfSquares());
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        Steps++;
        _raw.Update(step, Steps, norm > step.MaximalNorm ? step.MaximalNorm / norm : 1);
        _weights.Fold();
        return norm;
    }

    /// <inheritdoc/>
    public MlstmArrays Parameters() => Copy(_raw.Values);

    /// <summary>Gives a copy of the gradient of the last batch, for every raw parameter.</summary>
    public MlstmArrays Gradients() => Copy(_raw.Gradients);

    /// <inheritdoc/>
    public MlstmArrays? Average()
    {
        _context.MakeCurrent();
        return _raw.Average();
    }

    /// <inheritdoc/>
    public TrainerState Save() =>
        new(Steps, Parameters(), Copy(_raw.First), Copy(_raw.Second), Average());

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private MlstmArrays Copy(Func<MlstmArrays> copy)
    {
        _context.MakeCurrent();
        return copy();
    }

    private BatchLoss Run(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean,
        int window,
        bool wantsGradients,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(sequences);
        Throw.IfNegative(window, nameof(window));
        Throw.IfUndefined(mean, nameof(mean));
        cancellation.ThrowIfCancellationRequested();
        _context.MakeCurrent();
        var batch = new TrainingBatch(sequences, mean, window, _limits.Lanes, _limits.Rows);
        if (wantsGradients)
        {
            _weights.ClearGradients();
        }

        _propagation.Begin();
        foreach (var (segments, isFirst) in batch.Windows())
        {
            _propagation.Run(segments, isFirst, wantsGradients, cancellation);
        }

        var (loss, nats) = _propagation.Sums;
        return new BatchLoss(loss, nats, batch.Tokens);
    }

    /// <summary>Gives the memory for traces beside the first.</summary>
    private long TraceMemory(CudaOptions options, long freeBefore)
    {
        var free = _context.Memory().Free;
        return options.MemoryBytes == 0
            ? free / 10 * TenthsOfMemory
            : Math.Max(0, options.MemoryBytes - (freeBefore - free));
    }
}
