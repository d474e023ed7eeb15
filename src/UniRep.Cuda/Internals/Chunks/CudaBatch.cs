namespace UniRep.Compute.Internals.Cuda;

/// <summary>Rows on a device, with their states. Made by <see cref="CudaModel.CreateBatch"/>.</summary>
internal sealed class CudaBatch : ICudaBatch
{
    private readonly DisposalScope _owned = new();
    private readonly CudaChunk[] _chunks = new CudaChunk[BatchSize.Chunks];
    private readonly CudaEvent _start;
    private BusyTime _busy = new();
    private CudaException? _error;
    private int _next;
    private bool _disposed;

    /// <param name="model">The model.</param>
    /// <param name="size">The sizes.</param>
    /// <exception cref="CudaException">There is not enough memory, or another error.</exception>
    public CudaBatch(CudaModel model, BatchSize size)
    {
        (Model, Size) = (model, size);
        try
        {
            InputStream = _owned.Add(new CudaStream(model.Context));
            ComputeStream = _owned.Add(new CudaStream(model.Context));
            OutputStream = _owned.Add(new CudaStream(model.Context));
            _start = _owned.Add(new CudaEvent(model.Context, isTimed: true));
            _start.Record(InputStream);
            State = _owned.Add(new BatchState(model, size, ComputeStream));
            var shared = size.StateBuffers == 1 ? States() : null;
            for (var chunk = 0; chunk < _chunks.Length; chunk++)
            {
                _chunks[chunk] = _owned.Add(new CudaChunk(this, size, shared ?? States()));
            }
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Gets the model.</summary>
    public CudaModel Model { get; }

    /// <summary>Gets the sizes.</summary>
    public BatchSize Size { get; }

    /// <summary>Gets the states of the rows.</summary>
    public BatchState State { get; }

    /// <summary>Gets the stream of copies to the device.</summary>
    public CudaStream InputStream { get; }

    /// <summary>Gets the stream of launches.</summary>
    public CudaStream ComputeStream { get; }

    /// <summary>Gets the stream of copies to the host.</summary>
    public CudaStream OutputStream { get; }

    /// <inheritdoc/>
    public int Rows => Size.Rows;

    /// <inheritdoc/>
    public int SavedRows => Size.SavedRows;

    /// <inheritdoc/>
    public int LatencySequences => Model.Latency is null ? 0 : LatencyKernel.Sequences;

    /// <inheritdoc/>
    public int Units => Model.Shape.Units;

    /// <inheritdoc/>
    public TimeSpan DeviceTime => _busy.Total;

    /// <inheritdoc/>
    public void RestartTime()
    {
        Model.Context.MakeCurrent();
        _start.Record(InputStream);
        _busy = new BusyTime();
    }

    /// <summary>Counts the time between two timed events of a chunk that is done.</summary>
    public void CountTime(CudaEvent begun, CudaEvent done) =>
        _busy.Add(begun.MillisecondsSince(_start), done.MillisecondsSince(_start));

    /// <inheritdoc/>
    public ICudaChunk Begin()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ThrowIfFailed();
        var chunk = _chunks[_next];
        chunk.Begin();
        _next = (_next + 1) % _chunks.Length;
        return chunk;
    }

    /// <summary>Notes an error, after which the states are unknown.</summary>
    public void Fail(CudaException error) => _error ??= error;

    /// <summary>Throws if there was an error.</summary>
    public void ThrowIfFailed()
    {
        if (_error is not null)
        {
            throw new InvalidOperationException(
                $"The batch cannot be used any more: an earlier call failed. {_error.Message}",
                _error
            );
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Release();
        }
    }

    /// <summary>Makes the memory for the states of the steps of a chunk, zero also where no kernel writes.</summary>
    private DeviceMemory? States()
    {
        if (Size.StateRows == 0)
        {
            return null;
        }

        var bytes = (long)Size.StateRows * Model.Shape.PaddedUnits * sizeof(float);
        var states = _owned.Add(new DeviceMemory(Model.Context, bytes));
        ComputeStream.Fill(states, 0);
        return states;
    }

    /// <summary>Frees everything, once no work is under way that uses it.</summary>
    private void Release()
    {
        try
        {
            Model.Context.MakeCurrent();
            InputStream?.Synchronize();
            ComputeStream?.Synchronize();
            OutputStream?.Synchronize();
        }
        catch (CudaException)
        {
            // After an error of the device no work is under way.
        }

        _owned.Dispose();
    }
}
