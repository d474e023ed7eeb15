using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Scheduling;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute;

/// <summary>
/// A model packed for this machine. It is immutable and thread-safe: several runs may compute at the same time. The results
/// of a sequence depend only on the model, the instruction set and the precision, to the last bit. They do not depend on the
/// other sequences, their order or the number of threads.
/// </summary>
public sealed class MlstmEngine : IDisposable
{
    private readonly PackedModel _model;
    private readonly Kernels _kernels;
    private readonly Product _product;
    private readonly EngineOptions _options;
    private readonly TunerCache _tuners = new();
    private readonly Lock _lock = new();
    private int _runs;
    private bool _disposed;

    private MlstmEngine(PackedModel model, Kernels kernels, EngineOptions options)
    {
        _model = model;
        _kernels = kernels;
        _product = kernels.ProductOf(options.Precision, !options.ManagedOnly);
        _options = options;
        Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
    }

    /// <summary>Gets the instruction sets that this machine has, the slowest first.</summary>
    public static IReadOnlyList<InstructionSet> Supported { get; } =
    [.. Kernels.All.Select(kernels => kernels.InstructionSet)];

    /// <summary>Gets the sizes of the model.</summary>
    public MlstmShape Shape => _model.Shape;

    /// <summary>Gets the instruction set in use.</summary>
    public InstructionSet InstructionSet => _kernels.InstructionSet;

    /// <summary>Gets the precision of the matrix products.</summary>
    public Precision Precision => _model.Precision;

    /// <summary>
    /// Gets whether the engine uses kernels that it has written at run time, for instructions that .NET does not offer. They
    /// give the same bits.
    /// </summary>
    public bool IsEmitted => _product.IsEmitted;

    /// <summary>Gets the number of threads in use.</summary>
    public int Threads { get; }

    /// <summary>Folds weight normalisation into the weights, in float64, and packs them. The arrays are not kept.</summary>
    /// <param name="arrays">The raw parameters, before weight normalisation.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An array does not have the size of the shape, or an option is invalid.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine does not have the instruction set.</exception>
    public static MlstmEngine Create(MlstmArrays arrays, EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        options ??= new EngineOptions();
        options.Check();
        arrays.CheckSizes();
        var kernels = Kernels.Of(options.InstructionSet);
        return new MlstmEngine(
            new PackedModel(arrays, options.Precision, kernels.StripColumns(arrays.Shape.Units)),
            kernels,
            options
        );
    }

    /// <summary>Computes all sequences of a source.</summary>
    /// <param name="source">Gives the sequences.</param>
    /// <param name="sink">
    /// Takes the results, in the order of the input. It must never be full: a sink without room blocks in
    /// <see cref="ISequenceSink.Write"/>, or the caller uses <see cref="Begin"/>.
    /// </param>
    /// <param name="outputs">The outputs in addition to the three vectors.</param>
    /// <param name="residuesDone">Receives the number of residues done, from time to time and at the end.</param>
    /// <param name="cancellation">Ends the run within a step.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">A token is above 25, or the outputs are invalid.</exception>
    /// <exception cref="InvalidOperationException">The sink is full.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    /// <remarks>
    /// A result is delivered as soon as it and all results before it are done. The engine reads a few sequences at first,
    /// then as many ahead as it has begun. Exceptions of source and sink end the run and are thrown unchanged. If the run
    /// ends while the source keeps its reader waiting, the run waits a quarter of a second for the source.
    /// </remarks>
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

    /// <summary>Begins a run that pauses when its sink is full. A paused run holds no thread.</summary>
    /// <param name="source">Gives the sequences.</param>
    /// <param name="sink">Takes the results, in the order of the input.</param>
    /// <param name="outputs">The outputs in addition to the three vectors.</param>
    /// <param name="residuesDone">Receives the number of residues done, from time to time and at the end.</param>
    /// <param name="cancellation">Ends the run within a step.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">The outputs are invalid.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public MlstmRun Begin(
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
        return new MlstmRun(
            this,
            new SequenceRun(_model, source, sink, outputs, _options, residuesDone, cancellation)
        );
    }

    /// <summary>Begins a run of sequences that are decided while they are computed.</summary>
    /// <param name="source">Gives the sequences.</param>
    /// <param name="sequences">The most sequences that there are at a time, as far as known; it decides how threads are used.</param>
    /// <param name="cancellation">Ends the run within a step.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">The number of sequences is not positive.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public StepwiseRun BeginStepwise(
        IStepwiseSource source,
        int sequences = int.MaxValue,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequences);
        cancellation.ThrowIfCancellationRequested();
        Enter();
        var queue = new StepwiseQueue(_model, source, cancellation);
        return new StepwiseRun(
            new StepwiseLanes(
                queue,
                () => Divide(queue, sequences, (_, lanes) => queue.LanesPerGroup = lanes),
                Leave
            )
        );
    }

    /// <summary>Begins a run without an end that sequences join at any time.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public ContinuousRun BeginContinuous(ContinuousRunOptions? options = null)
    {
        options ??= new ContinuousRunOptions();
        options.Check();
        var plans = ContinuousPlans.For(_model, _options, Threads, options.MaximalLanes);
        var queue = new ContinuousQueue(Shape, options.MaximalWaitingResidues, plans.MaximalLanes);
        Enter();
        return ContinuousRun.OverLanes(
            Shape,
            queue,
            () =>
            {
                using var lanes = new ContinuousLanes(_model, _kernels, _product, queue, plans);
                try
                {
                    lanes.Work();
                }
                finally
                {
                    Leave(null);
                }
            }
        );
    }

    /// <summary>Frees the packed weights, once the runs under way have ended.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            if (_runs == 0)
            {
                _model.Dispose();
            }
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

    /// <summary>Ends a run.</summary>
    /// <param name="groups">The groups of the run; null if it had no sequence.</param>
    internal void Leave(LaneGroups? groups)
    {
        if (groups is not null)
        {
            _tuners.Keep(groups.Tuner);
        }

        lock (_lock)
        {
            _runs--;
            if (_disposed && _runs == 0)
            {
                _model.Dispose();
            }
        }
    }

    /// <summary>Divides the threads into groups for a number of sequences.</summary>
    /// <param name="work">What the lanes work on.</param>
    /// <param name="sequences">The number of sequences.</param>
    /// <param name="setLanes">Called with the number of groups, and of the lanes of each.</param>
    internal LaneGroups Divide(ILaneWork work, int sequences, Action<int, int> setLanes)
    {
        var plan = ThreadPlan.For(_model, _options, Threads, sequences);
        setLanes(plan.Groups, plan.Lanes);
        var tuner = _tuners.Take(plan.ThreadsPerGroup);
        return new LaneGroups(_model, _kernels, _product, work, plan, tuner);
    }
}
