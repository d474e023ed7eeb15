using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute;

/// <summary>
/// A run of an engine. It computes during calls of <see cref="Advance"/> and holds no thread between them. A run that is
/// abandoned without <see cref="Dispose"/> holds only memory, until it is collected.
/// </summary>
public sealed class MlstmRun : IDisposable
{
    /// <summary>The time that <see cref="Dispose"/> waits for a source that is being read.</summary>
    private static readonly TimeSpan SourceTimeout = TimeSpan.FromMilliseconds(250);

    private readonly MlstmEngine _engine;
    private readonly SequenceRun _run;
    private LaneGroups? _groups;
    private bool _isBegun;
    private bool _isDisposed;

    internal MlstmRun(MlstmEngine engine, SequenceRun run) => (_engine, _run) = (engine, run);

    /// <summary>
    /// Gets the number of positions computed so far. It is smaller than the number of positions of the input if sequences
    /// share prefixes.
    /// </summary>
    public long Positions => _run.State.Positions;

    /// <summary>Computes until all results are delivered or the sink is full. For one thread at a time.</summary>
    /// <returns>True if all results are delivered, false if the sink is full.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">A token is above 25.</exception>
    /// <exception cref="ObjectDisposedException">The run is disposed.</exception>
    /// <remarks>Exceptions of source and sink end the run and are thrown unchanged.</remarks>
    public bool Advance()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_isBegun)
        {
            _isBegun = true;
            var sequences = _run.Queue.WaitForFirst();
            _groups = sequences > 0 ? _engine.Divide(_run, sequences, _run.Queue.SetLanes) : null;
        }

        while (_groups is not null && _run.Resume())
        {
            _groups.Work();
        }

        _run.State.ThrowIfFailed();
        return !_run.Delivery.IsFull;
    }

    /// <summary>Ends the run. Waits up to a quarter of a second for a source that keeps its reader waiting.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _run.Close(SourceTimeout);
        _engine.Leave(_groups);
        _groups?.Dispose();
    }
}
