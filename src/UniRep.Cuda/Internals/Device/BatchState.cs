namespace UniRep.Compute.Internals.Cuda;

/// <summary>The states of the rows of a batch on the device, and the launches that work on them.</summary>
internal sealed class BatchState : IDisposable
{
    private readonly DisposalScope _owned = new();
    private readonly CudaModel _model;
    private readonly CudaShape _shape;
    private readonly DeviceMemory[] _h;
    private readonly DeviceMemory[] _cell;
    private readonly DeviceMemory _sum;
    private readonly DeviceMemory _m;
    private readonly DeviceMemory? _raw;
    private readonly DeviceMemory? _exchange;
    private readonly DeviceMemory? _error;
    private readonly MatrixOperand[] _hOperand;
    private readonly MatrixOperand _mOperand;

    /// <param name="model">The model.</param>
    /// <param name="size">The sizes of the batch.</param>
    /// <param name="stream">The stream of all launches; zeros the states.</param>
    public BatchState(CudaModel model, BatchSize size, CudaStream stream)
    {
        (_model, _shape) = (model, model.Shape);
        var rows = size.Rows + size.SavedRows;
        var heights = model.Steps.RowHeights;
        var floats = (long)_shape.PaddedUnits * sizeof(float);
        var width = (long)_shape.Width * sizeof(ushort);
        try
        {
            _h = new DeviceMemory[_shape.Layers];
            _cell = new DeviceMemory[_shape.Layers];
            _hOperand = new MatrixOperand[_shape.Layers];
            for (var layer = 0; layer < _h.Length; layer++)
            {
                _h[layer] = Zeros(stream, rows * width);
                _cell[layer] = Zeros(stream, rows * floats);
                _hOperand[layer] = _owned.Add(
                    new MatrixOperand(_h[layer], rows, _shape.Width, heights)
                );
            }

            _sum = Zeros(stream, rows * floats);
            _m = Zeros(stream, size.Rows * width);
            _mOperand = _owned.Add(new MatrixOperand(_m, size.Rows, _shape.Width, heights));
            _raw = _shape.Layers > 1 ? Zeros(stream, size.Rows * floats) : null;
            if (model.Latency is { } latency)
            {
                _exchange = Zeros(stream, latency.ExchangeBytes);
                _error = Zeros(stream, sizeof(int));
            }
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Adds a step of the first rows: all layers.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="words">The address of the word of each row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="results">The address of the result slots.</param>
    /// <param name="states">The address that takes h of the top layer in float32; 0 for none.</param>
    public void Step(CudaStream stream, ulong words, int rows, ulong results, ulong states)
    {
        for (var layer = 0; layer < _h.Length; layer++)
        {
            var isTop = layer == _h.Length - 1;
            var weights = _model.Weights.Layers[layer];
            var step = new StepArguments
            {
                Words = words,
                Rows = rows,
                Units = _shape.PaddedUnits,
                IsExact = _shape.IsExact ? 1 : 0,
                Sources = 1,
            };
            if (layer > 0)
            {
                var product = step with { Raw = _raw!.Address };
                _model.Steps.LaunchM(stream, _hOperand[layer - 1], weights.Wxm!, product);
            }

            var m = step with
            {
                Xm = layer == 0 ? weights.Xm : _raw!.Address,
                IsRowwise = layer == 0 ? 0 : 1,
                Y = _m.Address,
            };
            _model.Steps.LaunchM(stream, _hOperand[layer], weights.Wm, m);
            var z = step with
            {
                Xz = weights.Xz,
                IsTokenless = layer == 0 ? 0 : 1,
                Sources = layer == 0 ? 1 : 2,
                Y = _h[layer].Address,
                Cell = _cell[layer].Address,
                Sum = isTop ? _sum.Address : 0,
                Results = isTop ? results : 0,
                States = isTop ? states : 0,
            };
            if (layer == 0)
            {
                _model.Steps.LaunchZ(stream, _mOperand, weights.Wz, _mOperand, weights.Wz, z);
            }
            else
            {
                var below = _hOperand[layer - 1];
                _model.Steps.LaunchZ(stream, below, weights.Wxz!, _mOperand, weights.Wz, z);
            }
        }
    }

    /// <summary>Adds a copy of the states of rows: all layers.</summary>
    public void CopyRows(CudaStream stream, ulong pairs, int count)
    {
        for (var layer = 0; layer < _h.Length; layer++)
        {
            var sum = layer == _h.Length - 1 ? _sum.Address : 0;
            var (h, cell) = (_h[layer].Address, _cell[layer].Address);
            _model.Rows.CopyRows(stream, pairs, count, h, cell, sum);
        }
    }

    /// <summary>Adds a copy of the states of rows, of the top layer, to result slots.</summary>
    public void RowsToSlots(CudaStream stream, ulong pairs, int count, ulong results) =>
        _model.Rows.RowsToSlots(
            stream,
            pairs,
            count,
            _h[^1].Address,
            _cell[^1].Address,
            _sum.Address,
            results
        );

    /// <summary>Adds a launch of the latency kernel; the caller sets what it reads and writes.</summary>
    public void Latency(CudaStream stream, LatencyLaunch launch)
    {
        launch.Fragments = _model.Weights.Fragments;
        launch.Xm = _model.Weights.Layers[0].Xm;
        launch.Xz = _model.Weights.XzInTurn;
        launch.Error = _error!.Address;
        _model.Latency!.Launch(stream, _exchange!, launch);
    }

    public void Dispose() => _owned.Dispose();

    private DeviceMemory Zeros(CudaStream stream, long bytes)
    {
        var memory = _owned.Add(new DeviceMemory(_model.Context, bytes));
        stream.Fill(memory, 0);
        return memory;
    }
}
