using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute;

/// <summary>
/// A model in training: raw parameters, their gradients by back-propagation through time, and Adam. For an instruction set,
/// the same batches give the same bits, whatever the number of threads and the memory limit. Not thread-safe.
/// </summary>
public sealed unsafe class MlstmTrainer : ITrainer
{
    /// <summary>Up to this size of the matrices of a layer, each thread computes lanes of its own.</summary>
    private const long SeparateLanesBytes = 8 << 20;

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

        var separateLanes = 5L * Shape.Units * Shape.Units * sizeof(float) <= SeparateLanesBytes;
        _threads = new TrainingThreads(Threads, separateLanes);
        _threads.Run(thread => _model.Fold(thread.All));
    }

    /// <summary>Gets the sizes of the model.</summary>
    public MlstmShape Shape => _model.Shape;

    /// <summary>Gets the number of threads in use.</summary>
    public int Threads { get; }

    /// <summary>Gets the instruction set in use.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>Gets the number of optimiser steps so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Makes a trainer from parameters.</summary>
    /// <param name="arrays">The raw parameters, before weight normalisation. They are copied.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An array does not have the size of the shape, or an option is invalid.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine does not have the instruction set.</exception>
    public static MlstmTrainer Create(MlstmArrays arrays, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        return Resume(TrainerState.Start(arrays), options);
    }

    /// <summary>Makes a trainer from a saved state.</summary>
    /// <param name="state">The result of <see cref="Save"/>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An array does not have the size of the shape, or an option is invalid.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine does not have the instruction set.</exception>
    public static MlstmTrainer Resume(TrainerState state, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        options ??= new TrainerOptions();
        Throw.IfNotThreads(options.Threads, nameof(options.Threads));
        Throw.IfNegative(options.StateBytes, nameof(options.StateBytes));
        MlstmArrays?[] all = [state.Parameters, state.First, state.Second, state.Average];
        foreach (var arrays in all.OfType<MlstmArrays>())
        {
            arrays.CheckSizes();
        }

        return new MlstmTrainer(state, Kernels.Of(options.InstructionSet), options);
    }

    /// <summary>Computes the loss of a batch, and the gradient of every raw parameter. It is kept until the next batch.</summary>
    /// <param name="sequences">
    /// The residues of each sequence as tokens 1 to 23, without start and stop. A sequence that is read backward is given
    /// from its last residue to its first, after stop (25); start is then the last token that is predicted.
    /// </param>
    /// <param name="mean">How the cross-entropy is averaged.</param>
    /// <param name="window">
    /// The number of steps of truncated back-propagation. States are carried from window to window, gradients are not. 0 for
    /// no truncation.
    /// </param>
    /// <param name="cancellation">Ends the computation between two segments.</param>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or a token is not in 1 to 23.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled. There is no gradient.</exception>
    /// <exception cref="InvalidOperationException">An earlier call failed: make a new trainer.</exception>
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

    /// <summary>Computes the loss of a batch without the gradient.</summary>
    /// <param name="sequences">
    /// The residues of each sequence as tokens 1 to 23, without start and stop. A sequence that is read backward is given
    /// from its last residue to its first, after stop (25); start is then the last token that is predicted.
    /// </param>
    /// <param name="mean">How the cross-entropy is averaged.</param>
    /// <param name="cancellation">Ends the computation between two segments.</param>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or a token is not in 1 to 23.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    /// <exception cref="InvalidOperationException">An earlier call failed: make a new trainer.</exception>
    public BatchLoss Evaluate(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean = LossMean.PerToken,
        CancellationToken cancellation = default
    ) => Run(sequences, mean, 0, false, cancellation);

    /// <summary>
    /// Makes one optimiser step with the gradient of the last batch. If the gradient is not finite, the parameters stay.
    /// </summary>
    /// <param name="step">The hyper-parameters of the step.</param>
    /// <returns>The norm of the gradient over all parameters, before gradient clipping.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value of the step is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient, or it was used already.</exception>
    public double Update(AdamStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Check();
        if (!_hasGradient)
        {
            throw new InvalidOperationException("There is no gradient. Compute one first.");
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
            _adam.Update(thread.All, step, Steps, scale);
            _model.Fold(thread.All);
        });
        return norm;
    }

    /// <summary>Copies the raw parameters out.</summary>
    public MlstmArrays Parameters() => _model.Layout.Write(_model.Parameters);

    /// <summary>Copies the gradient of the last batch out, for every raw parameter.</summary>
    public MlstmArrays Gradients() => _model.Layout.Write(_model.Gradients);

    /// <summary>Copies the exponential moving average (EMA) of the parameters out; null if none is kept.</summary>
    public MlstmArrays? Average() =>
        _adam.Average is null ? null : _model.Layout.Write(_adam.Average);

    /// <summary>Copies the state out. Training that resumes from it gives the same bits.</summary>
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
