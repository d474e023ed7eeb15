using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute;

/// <summary>
/// A run of sequences that are decided while they are computed: generation, directed evolution, search. It computes during
/// calls of <see cref="Advance"/> and holds no thread between them. Each sequence has the bits that it has in any other run,
/// whatever the number of threads and lanes; what it decides must depend on nothing but what it is given, so that the same
/// holds for its tokens.
/// </summary>
public sealed class StepwiseRun : IDisposable
{
    private readonly IStepwiseWork _work;
    private bool _isDisposed;

    internal StepwiseRun(IStepwiseWork work) => _work = work;

    /// <summary>Gets the number of positions computed so far. Those of saved states count where they were computed.</summary>
    public long Positions => _work.Positions;

    /// <summary>
    /// Makes a run over a computation that takes whole sequences, for computers other than this engine. Each time that
    /// sequences have decided, they are computed from their start token again, many at a time.
    /// </summary>
    /// <param name="shape">The sizes of the model.</param>
    /// <param name="source">Gives the sequences.</param>
    /// <param name="run">Computes all sequences of a source and delivers them to a sink, in the order of the input.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static StepwiseRun OverBatches(
        MlstmShape shape,
        IStepwiseSource source,
        Action<ISequenceSource, ISequenceSink, Outputs, CancellationToken> run,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(run);
        return new StepwiseRun(new StepwiseBatches(shape, source, run, cancellation));
    }

    /// <summary>Computes until all sequences have ended or the source pauses. For one thread at a time.</summary>
    /// <returns>True if all have ended, false if the source pauses.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">A token is above 25, or a state is of another engine.</exception>
    /// <exception cref="ObjectDisposedException">The run is disposed.</exception>
    /// <remarks>Exceptions of the source and of sequences end the run and are thrown unchanged.</remarks>
    public bool Advance()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _work.Advance();
    }

    /// <summary>Ends the run.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _work.Close();
        }
    }
}
