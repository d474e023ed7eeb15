using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Scheduling;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute;

/// <summary>
/// A model packed for this machine. Built once, immutable and thread-safe: several runs may go on at the same time. The
/// same sequence gives the same bits whatever else is computed beside it, in whatever order, on however many threads,
/// for a given instruction set
/// and precision.
/// </summary>
public sealed class MlstmEngine : IDisposable
{
    private readonly PackedModel _model;
    private readonly Kernels _kernels;
    private readonly Product _product;
    private readonly EngineOptions _options;
    private readonly KeptPace _paces = new();
    private readonly Lock _gate = new();
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

    /// <summary>Gets the instruction sets that this machine has, the plainest first.</summary>
    public static IReadOnlyList<InstructionSet> Supported { get; } =
    [.. Kernels.All.Select(kernels => kernels.InstructionSet)];

    /// <summary>Gets the sizes of the model.</summary>
    public MlstmShape Shape => _model.Shape;

    /// <summary>Gets the instruction set in use.</summary>
    public InstructionSet InstructionSet => _kernels.InstructionSet;

    /// <summary>Gets the precision of the matrix products.</summary>
    public Precision Precision => _model.Precision;

    /// <summary>
    /// Gets whether kernels are in use that were written at run time, for instructions that .NET does not offer. They
    /// give the same bits.
    /// </summary>
    public bool IsEmitted => _product.IsEmitted;

    /// <summary>Gets the number of threads in use.</summary>
    public int Threads { get; }

    /// <summary>Positions that lanes computed in the run that ended last; fewer than the input has where it shares prefixes.</summary>
    internal long PositionsOfLastRun { get; private set; }

    /// <summary>Folds weight norm, in float64, and packs the weights; the arrays are not needed afterwards.</summary>
    /// <param name="arrays">Raw parameters, before weight normalisation.</param>
    /// <param name="options">How to run; null for every default.</param>
    /// <exception cref="ArgumentException">
    /// An array has another size than the shape calls for, or an option is none that there is.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This machine lacks the instruction set asked for.</exception>
    public static MlstmEngine Create(MlstmArrays arrays, EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        options ??= new EngineOptions();
        Throw.IfNoNumberOfThreads(options.Threads, nameof(options.Threads));
        Throw.IfUndefined(options.Precision, nameof(options.Precision));
        Throw.IfNegative(options.Lanes, nameof(options.Lanes));
        arrays.CheckSizes();
        var kernels = Kernels.Of(options.InstructionSet);
        return new MlstmEngine(new PackedModel(arrays, options.Precision), kernels, options);
    }

    /// <summary>Computes sequences until the source has no more, and returns.</summary>
    /// <param name="source">Where sequences come from.</param>
    /// <param name="sink">Where results go, in the order of the input.</param>
    /// <param name="outputs">What to compute besides the three vectors.</param>
    /// <param name="residuesDone">Told the number of residues done so far, now and then and at the end.</param>
    /// <param name="cancellation">Ends the run within a step.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">A token is none of 0 to 25, or the outputs are none that there are.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed of before the run began.</exception>
    /// <remarks>
    /// Results come as soon as all before them are there. A few sequences are read at first, then as many ahead as have
    /// been begun. Exceptions of source and sink end the run and come out unchanged. A source that keeps its reader
    /// waiting while the run is to end is given a quarter of a second.
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
        while (!run.Advance())
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Begins a run that pauses where its sink is full, and then holds no thread.</summary>
    /// <param name="source">Where sequences come from.</param>
    /// <param name="sink">Where results go, in the order of the input.</param>
    /// <param name="outputs">What to compute besides the three vectors.</param>
    /// <param name="residuesDone">Told the number of residues done so far, now and then and at the end.</param>
    /// <param name="cancellation">Ends the run within a step.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed of.</exception>
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
        if ((outputs & ~(Outputs.HiddenStates | Outputs.Logits)) != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(outputs),
                outputs,
                $"There are no such {nameof(Outputs)}."
            );
        }

        cancellation.ThrowIfCancellationRequested();
        Enter();
        var intake = new Intake(
            _model,
            source,
            sink,
            outputs,
            _options,
            residuesDone,
            cancellation
        );
        return new MlstmRun(this, intake);
    }

    /// <summary>Gives back the packed weights, once runs that are under way have ended.</summary>
    public void Dispose()
    {
        lock (_gate)
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
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _runs++;
        }
    }

    /// <summary>Ends a run by its groups; by none if it had no sequence.</summary>
    internal void Leave(LaneGroups? groups)
    {
        if (groups is not null)
        {
            _paces.Keep(groups.Pace);
        }

        lock (_gate)
        {
            PositionsOfLastRun = groups?.Positions ?? 0;
            _runs--;
            if (_disposed && _runs == 0)
            {
                _model.Dispose();
            }
        }
    }

    /// <summary>Divides the threads into groups for a number of sequences.</summary>
    internal LaneGroups Divide(Intake intake, int sequences)
    {
        var plan = Plan.For(_model, _options, Threads, sequences);
        intake.Expect(plan.Groups, plan.Lanes);
        var pace = _paces.Take(plan.ThreadsPerGroup);
        return new LaneGroups(_model, _kernels, _product, intake, plan, pace);
    }
}
