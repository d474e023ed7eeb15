using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// Back-propagation through time over windows of steps: forward over the segments of a window, then backward. Traces that do not
/// fit into the memory of the device are computed again, from the states before their segment.
/// </summary>
internal sealed class CudaPropagation : IDisposable
{
    private readonly DisposalScope _owned = new();
    private readonly CudaContext _context;
    private readonly CudaStream _stream;
    private readonly CudaTrainingKernels _kernels;
    private readonly ScanForward _forward;
    private readonly ScanBackward _backward;
    private readonly CarriedRows _current;
    private readonly List<SegmentTrace> _traces = [];
    private readonly DeviceMatrix _logits;
    private readonly DeviceMemory _nats;
    private readonly double[] _natsOfRows;
    private readonly TrainingLimits _limits;
    private readonly int _layers;
    private readonly int _units;
    private int _capacity;

    /// <param name="stream">Where work is added.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="products">The products.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="limits">The largest segment.</param>
    /// <param name="memoryBytes">The limit of the memory of all traces.</param>
    public CudaPropagation(
        CudaStream stream,
        CudaTrainingKernels kernels,
        MatrixProducts products,
        TrainingWeights weights,
        TrainingLimits limits,
        Func<long> memoryBytes
    )
    {
        (_context, _stream, _kernels, _limits) = (stream.Context, stream, kernels, limits);
        (_layers, _units) = (weights.Layers.Length, weights.Units);
        var rows = Math.Max(limits.Rows, limits.Lanes);
        try
        {
            _forward = new ScanForward(stream, kernels, products, weights);
            _backward = _owned.Add(new ScanBackward(stream, kernels, products, weights, limits));
            _current = _owned.Add(new CarriedRows(_context, _layers, limits.Lanes, _units));
            var logits = new DeviceMemory(
                _context,
                (long)rows * CudaTrainingKernels.PaddedClasses * sizeof(float)
            );
            _logits = new DeviceMatrix(
                _owned.Add(logits).Address,
                CudaTrainingKernels.PaddedClasses
            );
            _natsOfRows = new double[rows];
            _nats = _owned.Add(new DeviceMemory(_context, (long)rows * sizeof(double)));
            _traces.Add(NewTrace());
            var bytes = SegmentTrace.BytesFor(_layers, _units, limits);
            _capacity = (int)Math.Clamp(1 + memoryBytes() / bytes, 1, int.MaxValue);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the loss and the summed cross-entropy of the batch so far, in nats.</summary>
    public (double Loss, double Nats) Sums { get; private set; }

    /// <summary>Begins a batch: sets the sums to zero.</summary>
    public void Begin() => Sums = (0, 0);

    /// <summary>Adds the loss of a window to the sums, and its gradient to the gradients if they are wanted.</summary>
    /// <param name="window">The segments of the window.</param>
    /// <param name="isFirst">Whether sequences start here; otherwise they continue from the window before.</param>
    /// <param name="wantsGradients">Whether to compute gradients.</param>
    /// <param name="cancellation">Ends the run between two segments.</param>
    public void Run(
        Segment[] window,
        bool isFirst,
        bool wantsGradients,
        CancellationToken cancellation
    )
    {
        if (isFirst)
        {
            _current.Clear(_stream);
        }

        if (!wantsGradients)
        {
            foreach (var segment in window)
            {
                cancellation.ThrowIfCancellationRequested();
                Forward(segment, _traces[0], _current);
                Loss(segment, _traces[0]);
                _current.TakeFrom(_traces[0], segment, _stream, _kernels);
            }

            return;
        }

        // The last segments keep their traces; those before them leave only the states before them. The first trace serves all
        // that are computed again, and is still that of the last of these when its turn comes.
        MakeTraces(window.Length);
        var again = window.Length <= _traces.Count ? 0 : window.Length - _traces.Count + 1;
        SegmentTrace TraceOf(int index) =>
            index < again ? _traces[0] : _traces[index - again + Math.Min(again, 1)];
        using var owned = new DisposalScope();
        var starts = new List<CarriedRows>();
        for (var index = 0; index < window.Length; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            var segment = window[index];
            if (index < again - 1)
            {
                var lanes = segment.Active(0);
                starts.Add(owned.Add(new CarriedRows(_context, _layers, lanes, _units)));
                starts[index].CopyFrom(_current, _stream, _kernels, lanes);
            }

            Forward(segment, TraceOf(index), _current);
            _current.TakeFrom(TraceOf(index), segment, _stream, _kernels);
        }

        _backward.Begin();
        for (var index = window.Length - 1; index >= 0; index--)
        {
            cancellation.ThrowIfCancellationRequested();
            if (index < starts.Count)
            {
                Forward(window[index], _traces[0], starts[index]);
            }

            Loss(window[index], TraceOf(index));
            _backward.Run(window[index], TraceOf(index), _logits);
        }

        _stream.Synchronize();
    }

    public void Dispose()
    {
        _traces.ForEach(trace => trace.Dispose());
        _owned.Dispose();
    }

    private SegmentTrace NewTrace() => new(_context, _layers, _units, _limits);

    /// <summary>Makes as many traces as there are segments, as far as the memory of the device goes.</summary>
    private void MakeTraces(int count)
    {
        while (_traces.Count < Math.Min(count, _capacity))
        {
            try
            {
                _traces.Add(NewTrace());
            }
            catch (CudaException error) when (error.IsOutOfMemory)
            {
                // Another process has taken the memory: what there is must do. No bit depends on it.
                _capacity = _traces.Count;
            }
        }
    }

    private void Forward(Segment segment, SegmentTrace trace, CarriedRows before)
    {
        trace.Begin(_stream, segment);
        before.GiveTo(trace, segment, _stream, _kernels);
        _forward.Run(segment, trace);
    }

    /// <summary>Computes the loss of a segment, and adds it row by row.</summary>
    private void Loss(Segment segment, SegmentTrace trace)
    {
        _forward.Loss(segment, trace, _logits, _nats.Address);
        _stream.DownloadNow(_nats, 0, _natsOfRows.AsSpan(0, segment.Rows));
        var (loss, nats) = Sums;
        for (var row = 0; row < segment.Rows; row++)
        {
            loss += segment.Scales[row] * _natsOfRows[row];
            nats += _natsOfRows[row];
        }

        Sums = (loss, nats);
    }
}
