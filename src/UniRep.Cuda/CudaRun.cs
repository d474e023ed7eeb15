using UniRep.Compute.Internals.Cuda;
using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute;

/// <summary>
/// A run on a device. It computes during calls of <see cref="Advance"/> and holds no thread between them, but it keeps its
/// place in the memory of the device until it is disposed.
/// </summary>
public sealed class CudaRun : IDisposable
{
    /// <summary>The time that <see cref="Dispose"/> waits for a source that is being read.</summary>
    private static readonly TimeSpan SourceTimeout = TimeSpan.FromMilliseconds(250);

    private readonly BatchPool _pool;
    private readonly SequenceRun _run;
    private readonly Outputs _outputs;
    private readonly Action _onEnd;
    private ICudaBatch? _batch;
    private CudaLanes? _lanes;
    private TimeSpan _deviceTime;
    private bool _isBegun;
    private bool _isDisposed;

    internal CudaRun(BatchPool pool, SequenceRun run, Outputs outputs, Action onEnd) =>
        (_pool, _run, _outputs, _onEnd) = (pool, run, outputs, onEnd);

    /// <summary>
    /// Gets the number of positions computed so far. It is smaller than the number of positions of the input if sequences
    /// share prefixes.
    /// </summary>
    public long Positions => _run.State.Positions;

    /// <summary>
    /// Gets the time in which the device had work of this run, by its own clock: copies and kernels, with the gaps between them,
    /// without the time in which the device waited for the host to plan or to take results. Work of other runs at the same time
    /// makes it longer. Complete once <see cref="Advance"/> has returned.
    /// </summary>
    public TimeSpan DeviceTime => _batch?.DeviceTime ?? _deviceTime;

    /// <summary>Computes until all results are delivered or the sink is full. For one thread at a time.</summary>
    /// <returns>True if all results are delivered, false if the sink is full.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ArgumentException">A token is above 25.</exception>
    /// <exception cref="CudaException">The device has failed, or has too little memory.</exception>
    /// <exception cref="ObjectDisposedException">The run is disposed.</exception>
    /// <remarks>Exceptions of source and sink end the run and are thrown unchanged.</remarks>
    public bool Advance()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_isBegun)
        {
            if (_run.Queue.WaitForFirst() > 0)
            {
                Open();
            }

            _isBegun = true;
        }

        while (_lanes is not null && _run.Resume())
        {
            _lanes.Work();
        }

        _run.State.ThrowIfFailed();
        return !_run.Delivery.IsFull;
    }

    /// <summary>
    /// Ends the run and leaves its place on the device to other runs. Waits up to a quarter of a second for a source that
    /// keeps its reader waiting.
    /// </summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _run.Close(SourceTimeout);
        if (_batch is not null)
        {
            _deviceTime = _batch.DeviceTime;
            _pool.Return(_batch, _outputs, _lanes!.IsBroken);
            _batch = null;
        }

        _onEnd();
    }

    private void Open()
    {
        _batch = _pool.Rent(_outputs);
        _run.Queue.SetLanes(1, _batch.Rows);
        _run.Queue.LimitStates(SavedRows.StateBytes(_batch.SavedRows));
        _lanes = new CudaLanes(_batch, _run);
        _batch.RestartTime();
    }
}
