namespace UniRep.Compute.Internals.Training;

/// <summary>
/// Back-propagation through time over windows of steps: forward over the segments of a window, then backward. If the
/// activations of all segments do not fit the memory limit, those of the earlier segments are computed again from
/// checkpoints.
/// </summary>
internal sealed unsafe class BackPropagation : IDisposable
{
    private readonly TrainingModel _model;
    private readonly ForwardPass _forward;
    private readonly HeadPass _head;
    private readonly BackwardPass _backward;
    private readonly WeightGradients _gradients;
    private readonly CarriedStates _current;
    private readonly List<SegmentActivations> _stores = [];
    private readonly int _capacity;
    private bool _stopped;

    public BackPropagation(TrainingModel model, TrainingKernels kernels, long stateBytes)
    {
        _model = model;
        _forward = new ForwardPass(model, kernels);
        _head = new HeadPass(model, kernels);
        _backward = new BackwardPass(model, kernels);
        _gradients = new WeightGradients(model, kernels);
        _current = new CarriedStates(model.Shape, SegmentActivations.Lanes);
        _capacity = (int)
            Math.Clamp(stateBytes / SegmentActivations.BytesFor(model.Shape), 1, int.MaxValue);
    }

    /// <summary>The loss and the summed cross-entropy of the batch so far, in nats.</summary>
    public (double Loss, double Nats) Sums { get; private set; }

    /// <summary>Begins a batch: sets the sums to zero.</summary>
    public void Begin() => Sums = (0, 0);

    /// <summary>Adds the loss of a window to the sums, and its gradient to the gradients if they are wanted.</summary>
    /// <param name="threads">The threads of the trainer.</param>
    /// <param name="window">The segments of the window.</param>
    /// <param name="isFirst">Whether sequences start here; otherwise they continue from the window before.</param>
    /// <param name="wantsGradients">Whether to compute gradients.</param>
    /// <param name="cancellation">Ends the run between two segments.</param>
    public void Run(
        TrainingThreads threads,
        Segment[] window,
        bool isFirst,
        bool wantsGradients,
        CancellationToken cancellation
    )
    {
        if (isFirst)
        {
            _current.Clear();
        }

        var kept =
            !wantsGradients ? 0
            : window.Length <= _capacity ? window.Length
            : _capacity - 1;
        var recomputed = window.Length - kept;
        while (_stores.Count < Math.Min(window.Length, kept + Math.Min(recomputed, 1)))
        {
            _stores.Add(new SegmentActivations(_model.Shape));
        }

        // The last recomputed segment is still in the first store when its backward pass begins.
        CarriedStates[] checkpoints = wantsGradients
            ?
            [
                .. window
                    .Take(Math.Max(0, recomputed - 1))
                    .Select(segment => new CarriedStates(_model.Shape, segment.Active(0))),
            ]
            : [];
        SegmentActivations StoreOf(int index) =>
            index < recomputed ? _stores[0] : _stores[index - recomputed + Math.Min(recomputed, 1)];
        try
        {
            threads.Run(thread =>
            {
                for (var index = 0; index < window.Length; index++)
                {
                    if (!Enter(thread, window[index], StoreOf(index), cancellation))
                    {
                        return;
                    }

                    if (thread.All.IsFirst && index < checkpoints.Length)
                    {
                        checkpoints[index].CopyFrom(_current, window[index].Active(0));
                    }

                    _forward.Run(thread, window[index], StoreOf(index));
                    Leave(thread, window, index, StoreOf(index), wantsGradients);
                }

                for (var index = window.Length - 1; wantsGradients && index >= 0; index--)
                {
                    if (index < checkpoints.Length)
                    {
                        if (!Restore(thread, window[index], checkpoints[index], cancellation))
                        {
                            return;
                        }

                        _forward.Run(thread, window[index], _stores[0]);
                    }

                    Back(thread, window[index], StoreOf(index), index == window.Length - 1);
                }
            });
        }
        finally
        {
            Array.ForEach(checkpoints, checkpoint => checkpoint.Dispose());
        }

        cancellation.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _head.Dispose();
        _backward.Dispose();
        _gradients.Dispose();
        _current.Dispose();
        _stores.ForEach(store => store.Dispose());
    }

    /// <summary>Begins a segment; false on every thread if the batch was cancelled.</summary>
    private bool Enter(
        TrainingThread thread,
        Segment segment,
        SegmentActivations store,
        CancellationToken cancellation
    )
    {
        if (thread.All.IsFirst)
        {
            _current.CopyTo(store, segment.Active(0));
        }

        return Continues(thread, cancellation);
    }

    /// <summary>Begins a segment again, from its checkpoint; false on every thread if the batch was cancelled.</summary>
    private bool Restore(
        TrainingThread thread,
        Segment segment,
        CarriedStates checkpoint,
        CancellationToken cancellation
    )
    {
        if (thread.All.IsFirst)
        {
            checkpoint.CopyTo(_stores[0], segment.Active(0));
        }

        return Continues(thread, cancellation);
    }

    /// <summary>
    /// Ends a phase. One thread decides whether to continue, and all read the decision after the same barrier. The next
    /// decision comes after another barrier, so that no thread misses one and leaves the others waiting.
    /// </summary>
    private bool Continues(TrainingThread thread, CancellationToken cancellation)
    {
        if (thread.All.IsFirst)
        {
            _stopped = cancellation.IsCancellationRequested;
        }

        thread.All.EndPhase();
        return !_stopped;
    }

    /// <summary>Ends a segment: keeps the states for the next segment or window.</summary>
    private void Leave(
        TrainingThread thread,
        Segment[] window,
        int index,
        SegmentActivations store,
        bool wantsGradients
    )
    {
        var segment = window[index];
        if (!wantsGradients)
        {
            _head.Run(thread, segment, store[_model.Shape.Layers - 1], null);
            Sum(thread, segment);
        }

        if (thread.All.IsFirst)
        {
            _current.CopyFrom(segment, store, segment.Active(segment.Steps - 1));
        }

        thread.All.EndPhase();
    }

    private void Back(TrainingThread thread, Segment segment, SegmentActivations store, bool isLast)
    {
        var top = store[_model.Shape.Layers - 1];
        if (isLast && thread.All.IsFirst)
        {
            _backward.Reset();
        }

        _head.Run(thread, segment, top, _backward.Above);
        Sum(thread, segment);
        _gradients.AddHead(thread, segment, top, _head.Gradients);
        for (var layer = _model.Shape.Layers - 1; layer >= 0; layer--)
        {
            _backward.Run(thread, segment, layer, store[layer]);
            _gradients.AddLayer(thread, segment, layer, store, _backward);
        }
    }

    /// <summary>Adds the losses of a segment, row by row, in the same order for any number of threads.</summary>
    private void Sum(TrainingThread thread, Segment segment)
    {
        if (!thread.All.IsFirst)
        {
            return;
        }

        var (loss, nats) = Sums;
        for (var row = 0; row < segment.Rows; row++)
        {
            loss += segment.Scales[row] * _head.Nats[row];
            nats += _head.Nats[row];
        }

        Sums = (loss, nats);
    }
}
