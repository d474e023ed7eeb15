using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute;

/// <summary>
/// A run under way. It computes while <see cref="Advance"/> is called, and holds no thread in between; one that is left
/// without being disposed of keeps only memory, until it is collected.
/// </summary>
public sealed class MlstmRun : IDisposable
{
    /// <summary>So long may a source that is being read hold up the end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly MlstmEngine _engine;
    private readonly Intake _intake;
    private LaneGroups? _groups;
    private bool _isBegun;
    private bool _isDisposed;

    internal MlstmRun(MlstmEngine engine, Intake intake)
    {
        (_engine, _intake) = (engine, intake);
    }

    /// <summary>Computes until every result is delivered, or the sink is full; for one thread at a time.</summary>
    /// <returns>Whether every result is delivered.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">A token is none of 0 to 25.</exception>
    /// <exception cref="ObjectDisposedException">The run was disposed of.</exception>
    /// <remarks>Exceptions of source and sink end the run and come out unchanged.</remarks>
    public bool Advance()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_isBegun)
        {
            _isBegun = true;
            var sequences = _intake.Open();
            _groups = sequences > 0 ? _engine.Divide(_intake, sequences) : null;
        }

        while (_groups is not null && _intake.Resume())
        {
            _groups.Work();
        }

        _intake.Check();
        return !_intake.IsPaused;
    }

    /// <summary>Ends the run; a source that is being read is waited for a moment.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _intake.Close(Patience);
        _engine.Leave(_groups);
        _groups?.Dispose();
    }
}
