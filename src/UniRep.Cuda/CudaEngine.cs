using UniRep.Compute.Internals.Cuda;
using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute;

/// <summary>
/// A model in the memory of an NVIDIA GPU. It is thread-safe: several runs may compute at the same time. Each has its own
/// place in the memory of the device, for fewer sequences side by side where memory is scarce.
/// </summary>
/// <remarks>
/// With <see cref="CudaOptions.Latency"/> off, or in exact precision, the results of a sequence depend only on the model, the
/// precision and the device, to the last bit. With it on, the last digits may also depend on the sequences beside it.
/// </remarks>
public sealed class CudaEngine : IDisposable
{
    /// <summary>The sequences that are read before the first is computed, if the source gives them at once.</summary>
    private const int FirstBatch = 8192;

    private readonly ICudaModel _model;
    private readonly CudaOptions _options;
    private readonly BatchPool _pool;
    private readonly Lock _lock = new();
    private int _runs;
    private bool _disposed;

    internal CudaEngine(ICudaModel model, CudaOptions options)
    {
        _model = model;
        _options = options;
        _pool = new BatchPool(model);
    }

    /// <summary>
    /// Begins to start the driver and the device on another thread, and returns at once. A program that reads its model
    /// meanwhile does not wait for them in <see cref="Create"/>, a quarter of a second or more. The device stays in use until
    /// the process ends. What goes wrong shows in <see cref="Create"/>.
    /// </summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static void Prepare(CudaOptions? options = null)
    {
        options ??= new CudaOptions();
        options.Check();
        PreparedContext.Begin(options.DriverPath, options.Device);
    }

    /// <summary>Folds weight normalisation into the weights, in float64, and uploads them. The arrays are not kept.</summary>
    /// <param name="arrays">The raw parameters, before weight normalisation.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An array does not have the size of the shape, or an option is invalid.</exception>
    /// <exception cref="CudaUnavailableException">There is no driver or no such device, or the device is not fit.</exception>
    /// <exception cref="CudaException">The device has too little memory, among others.</exception>
    public static CudaEngine Create(MlstmArrays arrays, CudaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        options ??= new CudaOptions();
        options.Check();
        arrays.CheckSizes();
        return new CudaEngine(CudaModel.Load(arrays, options), options);
    }

    /// <summary>Gets the sizes of the model.</summary>
    public MlstmShape Shape => _model.Shape;

    /// <summary>Gets the device.</summary>
    public CudaDevice Device => _model.Device;

    /// <summary>Gets the precision of the matrix products.</summary>
    public CudaPrecision Precision => _options.Precision;

    /// <summary>Computes all sequences of a source.</summary>
    /// <param name="source">Gives the sequences.</param>
    /// <param name="sink">
    /// Takes the results, in the order of the input. It must never be full: a sink without room blocks in
    /// <see cref="ISequenceSink.Write"/>, or the caller uses <see cref="Begin"/>.
    /// </param>
    /// <param name="outputs">The outputs in addition to the three vectors.</param>
    /// <param name="residuesDone">Receives the number of residues done, from time to time and at the end.</param>
    /// <param name="cancellation">Ends the run within some steps.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">A token is above 25, or the outputs are invalid.</exception>
    /// <exception cref="CudaException">The device has failed, or has too little memory.</exception>
    /// <exception cref="InvalidOperationException">The sink is full.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    /// <remarks>Exceptions of source and sink end the run and are thrown unchanged.</remarks>
    public void Run(
        ISequenceSource source,
        ISequenceSink sink,
        Outputs outputs = Outputs.Vectors,
        IProgress<long>? residuesDone = null,
        CancellationToken cancellation = default
    )
    {
        using var run = Begin(source, sink, outputs, residuesDone, cancellation);
        if (!run.Advance())
        {
            throw new InvalidOperationException(
                "The sink is full. For a sink that can be full, use Begin and Advance instead of Run."
            );
        }
    }

    /// <summary>
    /// Begins a run that pauses when its sink is full. A paused run holds no thread; its states stay on the device.
    /// </summary>
    /// <param name="source">Gives the sequences.</param>
    /// <param name="sink">Takes the results, in the order of the input.</param>
    /// <param name="outputs">The outputs in addition to the three vectors.</param>
    /// <param name="residuesDone">Receives the number of residues done, from time to time and at the end.</param>
    /// <param name="cancellation">Ends the run within some steps.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">The outputs are invalid.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public CudaRun Begin(
        ISequenceSource source,
        ISequenceSink sink,
        Outputs outputs = Outputs.Vectors,
        IProgress<long>? residuesDone = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);
        Throw.IfNotOutputs(outputs, nameof(outputs));
        Throw.IfNotFirstToken(source.FirstToken, nameof(source));
        cancellation.ThrowIfCancellationRequested();
        Enter();
        var limits = new RunLimits(_options.ChunkBytes, 0) { FirstBatch = FirstBatch };
        return new CudaRun(
            _pool,
            new SequenceRun(Shape, source, sink, outputs, limits, residuesDone, cancellation),
            outputs,
            Leave
        );
    }

    /// <summary>Begins a run without an end that sequences join at any time.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="CudaException">The device has too little memory, among others.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    /// <remarks>
    /// Sequences that want hidden states or logits share no steps with those that do not. If the device has too little memory
    /// for them beside the others, their receivers get the exception.
    /// </remarks>
    public ContinuousRun BeginContinuous(ContinuousRunOptions? options = null)
    {
        options ??= new ContinuousRunOptions();
        options.Check();
        Enter();
        try
        {
            var lanes = new ContinuousCudaLanes(_pool, Shape, options);
            return ContinuousRun.OverLanes(Shape, lanes.Queue, () => Work(lanes));
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>
    /// Measures what the device does at most, in a third of a second in which nothing else should run on it. What fails becomes
    /// the reason. Do this last: a kernel that fails spoils the device for this process.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public CudaPeak MeasurePeak()
    {
        Enter();
        try
        {
            return _model.MeasurePeak();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Frees the memory of the device, once the runs under way have ended.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_runs == 0)
            {
                Free();
            }
        }
    }

    private void Work(ContinuousCudaLanes lanes)
    {
        try
        {
            lanes.Work();
        }
        finally
        {
            lanes.Dispose();
            Leave();
        }
    }

    private void Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _runs++;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _runs--;
            if (_disposed && _runs == 0)
            {
                Free();
            }
        }
    }

    private void Free()
    {
        _pool.Dispose();
        _model.Dispose();
    }
}
