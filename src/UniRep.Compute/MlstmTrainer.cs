using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute;

/// <summary>
/// A model in training: raw parameters, their gradients by back-propagation through time, and Adam. The same batches give
/// the same bits on however many threads and within whatever memory, for a given instruction set. Not for several threads
/// at a time.
/// </summary>
public sealed unsafe class MlstmTrainer : IDisposable
{
    /// <summary>Up to this size of a layer's matrices every thread takes lanes of its own, without waiting for others.</summary>
    private const long LanesApart = 8 << 20;

    private readonly TrainingModel _model;
    private readonly BackPropagation _propagation;
    private readonly AdamKernel _adam;
    private readonly TrainingThreads _threads;
    private double _squares;
    private bool _hasGradient;

    private MlstmTrainer(TrainerState state, Kernels kernels, TrainerOptions options)
    {
        Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        InstructionSet = kernels.InstructionSet;
        Steps = state.Steps;
        _model = new TrainingModel(state.Parameters);
        _propagation = new BackPropagation(_model, kernels.Training, options.StateBytes);
        _adam = new AdamKernel(_model, options.Averages);
        _model.Layout.Read(state.First, _adam.First);
        _model.Layout.Read(state.Second, _adam.Second);
        if (options.Averages && state.Average is { } average)
        {
            _model.Layout.Read(average, _adam.Average);
        }

        var apart = 5L * Shape.Units * Shape.Units * sizeof(float) <= LanesApart;
        _threads = new TrainingThreads(Threads, apart);
        _threads.Run(thread => _model.Fold(thread.All));
    }

    /// <summary>Gets the sizes of the model.</summary>
    public MlstmShape Shape => _model.Shape;

    /// <summary>Gets the number of threads in use.</summary>
    public int Threads { get; }

    /// <summary>Gets the instruction set in use.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>Gets how many steps the optimiser has made.</summary>
    public long Steps { get; private set; }

    /// <summary>Begins to train from some parameters.</summary>
    /// <param name="arrays">Raw parameters, before weight normalisation; they are copied.</param>
    /// <param name="options">How to run; null for every default.</param>
    /// <exception cref="ArgumentException">
    /// An array has another size than the shape calls for, or an option is none that there is.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This machine lacks the instruction set asked for.</exception>
    public static MlstmTrainer Create(MlstmArrays arrays, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        arrays.CheckSizes();
        var zeros = MlstmArrays.Create(arrays.Shape, array => new float[array.Length]);
        return Resume(new TrainerState(0, arrays, zeros, zeros, null), options);
    }

    /// <summary>Goes on from a saved state.</summary>
    /// <param name="state">What <see cref="Save"/> gave.</param>
    /// <param name="options">How to run; null for every default.</param>
    /// <exception cref="ArgumentException">
    /// An array has another size than the shape calls for, or an option is none that there is.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This machine lacks the instruction set asked for.</exception>
    public static MlstmTrainer Resume(TrainerState state, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        options ??= new TrainerOptions();
        Throw.IfNoNumberOfThreads(options.Threads, nameof(options.Threads));
        Throw.IfNegative(options.StateBytes, nameof(options.StateBytes));
        MlstmArrays?[] all = [state.Parameters, state.First, state.Second, state.Average];
        foreach (var arrays in all.OfType<MlstmArrays>())
        {
            arrays.CheckSizes();
        }

        return new MlstmTrainer(state, Kernels.Of(options.InstructionSet), options);
    }

    /// <summary>
    /// Computes the loss of a batch and the gradient of every raw parameter, which stays until the next batch.
    /// </summary>
    /// <param name="sequences">Residues as tokens 1 to 23, without start and stop.</param>
    /// <param name="mean">Over what the cross-entropy is averaged.</param>
    /// <param name="window">
    /// The number of steps that gradients flow back through, states being carried on; 0 for all.
    /// </param>
    /// <param name="cancellation">Ends the computation between two segments.</param>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or a token is none of 1 to 23.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled; the gradients are of no use.</exception>
    /// <exception cref="InvalidOperationException">An earlier call failed; make a new trainer.</exception>
    public BatchLoss Gradient(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean = LossMean.PerToken,
        int window = 0,
        CancellationToken cancellation = default
    )
    {
        _hasGradient = false;
        _model.ClearGradients();
        var loss = Run(sequences, mean, window, true, cancellation);
        _threads.Run(thread =>
        {
            _model.Unfold(thread.All);
            var squares = _adam.SumOfSquares(thread.All);
            if (thread.All.IsFirst)
            {
                _squares = squares;
            }
        });
        _hasGradient = true;
        return loss;
    }

    /// <summary>Computes the loss of a batch alone, as <see cref="Gradient"/> does.</summary>
    /// <param name="sequences">Residues as tokens 1 to 23, without start and stop.</param>
    /// <param name="mean">Over what the cross-entropy is averaged.</param>
    /// <param name="cancellation">Ends the computation between two segments.</param>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or a token is none of 1 to 23.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    /// <exception cref="InvalidOperationException">An earlier call failed; make a new trainer.</exception>
    public BatchLoss Evaluate(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean = LossMean.PerToken,
        CancellationToken cancellation = default
    ) => Run(sequences, mean, 0, false, cancellation);

    /// <summary>
    /// Moves the parameters against the gradient of the last batch, once. Where it is not finite, nothing is moved.
    /// </summary>
    /// <param name="step">What Adam is to do.</param>
    /// <returns>The norm of all gradients together, before it was limited.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value of the step is out of its range.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient to go by.</exception>
    public double Update(AdamStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Check();
        if (!_hasGradient)
        {
            throw new InvalidOperationException("There is no gradient: compute one first.");
        }

        _hasGradient = false;
        var norm = Math.Sqrt(_squares);
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        Steps++;
        var scale = norm > step.MaximalNorm ? step.MaximalNorm / norm : 1;
        _threads.Run(thread =>
        {
            _adam.Move(thread.All, step, Steps, scale);
            _model.Fold(thread.All);
        });
        return norm;
    }

    /// <summary>Gives the raw parameters.</summary>
    public MlstmArrays Parameters() => _model.Layout.Write(_model.Parameters);

    /// <summary>Gives the gradient of the last batch for every raw parameter.</summary>
    public MlstmArrays Gradients() => _model.Layout.Write(_model.Gradients);

    /// <summary>Gives the running mean of the parameters, or null where none is kept.</summary>
    public MlstmArrays? Average() =>
        _adam.Average is null ? null : _model.Layout.Write(_adam.Average);

    /// <summary>Gives all that training can go on from, to the same bits.</summary>
    public TrainerState Save() =>
        new(
            Steps,
            Parameters(),
            _model.Layout.Write(_adam.First),
            _model.Layout.Write(_adam.Second),
            Average()
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _threads.Dispose();
        _propagation.Dispose();
        _adam.Dispose();
        _model.Dispose();
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
        var batch = new TrainingBatch(sequences, mean, window);
        _propagation.Begin();
        foreach (var (segments, isFirst) in batch.Windows())
        {
            _propagation.Run(_threads, segments, isFirst, wantsGradients, cancellation);
        }

        var (loss, nats) = _propagation.Sums;
        return new BatchLoss(loss, nats, batch.Tokens);
    }
}
