namespace UniRep.Compute.Internals.Cuda;

/// <summary>What the device gives for a chunk: result slots, states and logits, with their copies in pinned memory.</summary>
internal sealed class ChunkOutput : IDisposable
{
    /// <summary>The vectors of a result: the sum of h, h and c.</summary>
    private const int Vectors = 3;

    private readonly DisposalScope _owned = new();
    private readonly int _units;
    private readonly DeviceMemory _results;
    private readonly HostBuffer _hostResults;
    private readonly DeviceMemory? _states;
    private readonly HostBuffer? _hostStates;
    private readonly DeviceMemory? _logits;
    private readonly HostBuffer? _hostLogits;

    /// <param name="model">The model.</param>
    /// <param name="size">The sizes of the batch.</param>
    /// <param name="states">The states of the steps; null if nobody asks for states or logits.</param>
    public ChunkOutput(CudaModel model, BatchSize size, DeviceMemory? states)
    {
        var context = model.Context;
        (_units, _states) = (model.Shape.PaddedUnits, states);
        try
        {
            // Slots above the others hold the states with which the latency kernel begins.
            var slots = size.Results + LatencyKernel.Sequences;
            _results = _owned.Add(new DeviceMemory(context, SlotBytes * slots));
            _hostResults = _owned.Add(
                new HostBuffer(context, checked(size.Results * Vectors * _units))
            );
            if (size.HasStates)
            {
                _hostStates = _owned.Add(new HostBuffer(context, checked(size.StateRows * _units)));
            }

            if (size.HasLogits)
            {
                var logits = checked(size.StateRows * MlstmShape.Classes);
                _logits = _owned.Add(new DeviceMemory(context, (long)logits * sizeof(float)));
                _hostLogits = _owned.Add(new HostBuffer(context, logits));
            }
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Gets the address of the result slots.</summary>
    public ulong Results => _results.Address;

    private long SlotBytes => (long)Vectors * _units * sizeof(float);

    /// <summary>Gives the address of a row of states; 0 if nobody asks for states or logits.</summary>
    public ulong States(int row) =>
        _states is null ? 0 : _states.Address + (ulong)row * (ulong)_units * sizeof(float);

    /// <summary>Adds the head for the first rows of states, if logits are wanted.</summary>
    public void ComputeLogits(CudaStream stream, CudaModel model, int rows)
    {
        if (_logits is not null && rows > 0)
        {
            var (w, b) = (model.Weights.HeadW, model.Weights.HeadB);
            model.Rows.Head(stream, States(0), w, b, _logits.Address, rows);
        }
    }

    /// <summary>Adds the copies of the first slots, and of the first rows of states and logits, as far as they are wanted.</summary>
    public void Download(CudaStream stream, int slots, int rows)
    {
        _hostResults.Download(stream, _results, slots * Vectors * _units);
        _hostStates?.Download(stream, _states!, rows * _units);
        _hostLogits?.Download(stream, _logits!, rows * MlstmShape.Classes);
    }

    /// <summary>Gives a vector of a result: 0 for the sum of h, 1 for h, 2 for c.</summary>
    public ReadOnlySpan<float> Vector(int slot, int vector, int units) =>
        _hostResults.Span.Slice((slot * Vectors + vector) * _units, units);

    /// <summary>Gives a row of states.</summary>
    /// <exception cref="InvalidOperationException">States were not asked for.</exception>
    public ReadOnlySpan<float> StateRow(int row, int units) =>
        _hostStates is null
            ? throw new InvalidOperationException("The batch was made without hidden states.")
            : _hostStates.Span.Slice(row * _units, units);

    /// <summary>Gives a row of logits.</summary>
    /// <exception cref="InvalidOperationException">Logits were not asked for.</exception>
    public ReadOnlySpan<float> LogitRow(int row) =>
        _hostLogits is null
            ? throw new InvalidOperationException("The batch was made without logits.")
            : _hostLogits.Span.Slice(row * MlstmShape.Classes, MlstmShape.Classes);

    public void Dispose() => _owned.Dispose();
}
