namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The batches of an engine. Making one takes milliseconds, so one for each set of outputs is kept for the next run. Runs at
/// the same time have a batch each; where memory is scarce, the model makes one with fewer rows.
/// </summary>
internal sealed class BatchPool(ICudaModel model) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Outputs, ICudaBatch> _idle = [];
    private bool _isDisposed;

    /// <summary>Gives a batch to one run.</summary>
    /// <exception cref="CudaException">The device has too little memory even for few rows, among others.</exception>
    public ICudaBatch Rent(Outputs outputs)
    {
        lock (_lock)
        {
            return _idle.Remove(outputs, out var idle) ? idle : Create(outputs);
        }
    }

    /// <summary>Takes a batch back.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="isBroken">Whether the device may still work on it; it is then not used again.</param>
    public void Return(ICudaBatch batch, Outputs outputs, bool isBroken)
    {
        lock (_lock)
        {
            if (isBroken || _isDisposed || !_idle.TryAdd(outputs, batch))
            {
                batch.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            DisposeIdle();
        }
    }

    private ICudaBatch Create(Outputs outputs)
    {
        try
        {
            return model.CreateBatch(0, outputs);
        }
        catch (CudaException exception) when (exception.IsOutOfMemory && _idle.Count > 0)
        {
            DisposeIdle();
            return model.CreateBatch(0, outputs);
        }
    }

    private void DisposeIdle()
    {
        foreach (var batch in _idle.Values)
        {
            batch.Dispose();
        }

        _idle.Clear();
    }
}
