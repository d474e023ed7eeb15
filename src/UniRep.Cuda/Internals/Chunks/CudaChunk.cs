namespace UniRep.Compute.Internals.Cuda;

/// <summary>Steps for the device: calls and their input are gathered, then launched in one go.</summary>
internal sealed class CudaChunk : ICudaChunk, IDisposable
{
    private readonly DisposalScope _owned = new();
    private readonly CudaBatch _batch;
    private readonly BatchSize _size;
    private readonly ChunkInput _input;
    private readonly ChunkOutput _output;
    private readonly ChunkCalls _calls;
    private readonly CudaEvent _begun;
    private readonly CudaEvent _copied;
    private readonly CudaEvent _computed;
    private readonly CudaEvent _done;
    private Stage _stage = Stage.Idle;

    /// <param name="batch">The batch.</param>
    /// <param name="size">Its sizes.</param>
    /// <param name="states">The memory for the states of the steps; null if nobody asks for states or logits.</param>
    public CudaChunk(CudaBatch batch, BatchSize size, DeviceMemory? states)
    {
        (_batch, _size) = (batch, size);
        var context = batch.Model.Context;
        try
        {
            _input = _owned.Add(new ChunkInput(context, size.InputBytes));
            _output = _owned.Add(new ChunkOutput(batch.Model, size, states));
            _begun = _owned.Add(new CudaEvent(context, isTimed: true));
            _copied = _owned.Add(new CudaEvent(context));
            _computed = _owned.Add(new CudaEvent(context));
            _done = _owned.Add(new CudaEvent(context, isTimed: true));
            _calls = new ChunkCalls(size, _input);
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    private enum Stage
    {
        Idle,
        Planned,
        Running,
        Done,
    }

    /// <inheritdoc/>
    public int MaximalSteps => _size.Steps;

    /// <inheritdoc/>
    public int MaximalResults => _size.Results;

    /// <inheritdoc/>
    public int MaximalLatencySteps => _size.LatencySteps;

    /// <summary>Empties the chunk for the next plan.</summary>
    public void Begin()
    {
        if (_stage == Stage.Running)
        {
            throw new InvalidOperationException(
                "Two chunks are in use: wait for the one before the last first."
            );
        }

        _stage = Stage.Planned;
        _calls.Clear();
    }

    /// <inheritdoc/>
    public void CopyRows(ReadOnlySpan<RowPair> pairs)
    {
        Require(Stage.Planned);
        _calls.AddCopy(pairs);
    }

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<uint> words)
    {
        Require(Stage.Planned);
        _calls.AddStep(words);
    }

    /// <inheritdoc/>
    public int Latency(in LatencyBatch batch)
    {
        Require(Stage.Planned);
        return _calls.AddLatency(batch, _batch.LatencySequences);
    }

    /// <inheritdoc/>
    public void Submit()
    {
        Require(Stage.Planned);
        _batch.ThrowIfFailed();
        _stage = Stage.Running;
        try
        {
            _batch.Model.Context.MakeCurrent();
            Launch();
        }
        catch (CudaException error)
        {
            _batch.Fail(error);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Wait()
    {
        if (_stage == Stage.Done)
        {
            return;
        }

        Require(Stage.Running);
        _batch.ThrowIfFailed();
        try
        {
            _batch.Model.Context.MakeCurrent();
            _done.Synchronize();
            _batch.CountTime(_begun, _done);
        }
        catch (CudaException error)
        {
            _batch.Fail(error);
            throw;
        }

        _stage = Stage.Done;
    }

    /// <inheritdoc/>
    public CudaResult Result(int slot)
    {
        Require(Stage.Done);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)_calls.Slots);
        return new CudaResult
        {
            Sum = _output.Vector(slot, 0, _batch.Units),
            Hidden = _output.Vector(slot, 1, _batch.Units),
            Cell = _output.Vector(slot, 2, _batch.Units),
        };
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> States(int step, int row)
    {
        Require(Stage.Done);
        return _output.StateRow(_calls.StepRow(step, row), _batch.Units);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits(int step, int row)
    {
        Require(Stage.Done);
        return _output.LogitRow(_calls.StepRow(step, row));
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> LatencyStates(int latency, int step, int sequence)
    {
        Require(Stage.Done);
        return _output.StateRow(_calls.LatencyRow(latency, step, sequence), _batch.Units);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> LatencyLogits(int latency, int step, int sequence)
    {
        Require(Stage.Done);
        return _output.LogitRow(_calls.LatencyRow(latency, step, sequence));
    }

    public void Dispose() => _owned.Dispose();

    /// <summary>
    /// Starts everything: input is copied while the chunk before runs, and results while the chunk after runs.
    /// </summary>
    private void Launch()
    {
        var compute = _batch.ComputeStream;
        _begun.Record(_batch.InputStream);
        _input.Upload(_batch.InputStream);
        _copied.Record(_batch.InputStream);
        compute.Wait(_copied);
        foreach (var call in _calls.All)
        {
            Launch(compute, call);
        }

        _output.ComputeLogits(compute, _batch.Model, _calls.StateRows);
        _computed.Record(compute);
        _batch.OutputStream.Wait(_computed);
        _output.Download(_batch.OutputStream, _calls.Slots, _calls.StateRows);
        _done.Record(_batch.OutputStream);
    }

    private void Launch(CudaStream stream, ChunkCall call)
    {
        var (state, input) = (_batch.State, _input.Address(call.Offset));
        var (results, states) = (_output.Results, _output.States(call.StateRow));
        switch (call.Kind)
        {
            case ChunkCallKind.CopyRows:
                state.CopyRows(stream, input, call.Count);
                break;
            case ChunkCallKind.Step:
                state.Step(stream, input, call.Count, results, states);
                break;
            case ChunkCallKind.Latency:
                if (call.Pairs > 0)
                {
                    state.RowsToSlots(stream, input + LatencyInput.Pairs, call.Pairs, results);
                }

                var launch = new LatencyLaunch
                {
                    Lengths = input,
                    From = input + LatencyInput.From,
                    To = input + LatencyInput.To,
                    Tokens = input + LatencyInput.Tokens,
                    Results = results,
                    States = states,
                    Sequences = call.Count,
                    Steps = call.Steps,
                };
                state.Latency(stream, launch);
                break;
        }
    }

    private void Require(Stage stage)
    {
        if (_stage != stage)
        {
            throw new InvalidOperationException(
                $"The chunk is {_stage}; this needs one that is {stage}."
            );
        }
    }
}
