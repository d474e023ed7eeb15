namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Computes the sequences of a continuous run in batches, where there are no lanes that sequences can join.</summary>
internal sealed class BatchWork(
    ContinuousQueue queue,
    Action<ISequenceSource, ISequenceSink, Outputs, CancellationToken> run
)
{
    /// <summary>The number of sequences of a batch.</summary>
    public const int DefaultLanes = 64;

    private readonly Lock _lock = new();
    private ContinuousSlot[] _batch = [];
    private CancellationTokenSource? _cancellation;

    /// <summary>Computes until the run has ended.</summary>
    public void Work()
    {
        queue.OnCancelled(CancelUnwanted);
        while (queue.WaitForWork())
        {
            var taken = new List<ContinuousSlot>();
            while (queue.Take() is ContinuousSlot slot)
            {
                taken.Add(slot);
            }

            foreach (var batch in taken.GroupBy(slot => slot.Request.Outputs))
            {
                Run([.. batch], batch.Key);
            }
        }
    }

    private void Run(ContinuousSlot[] batch, Outputs outputs)
    {
        using var cancellation = new CancellationTokenSource();
        Set(batch, cancellation);
        CancelUnwanted();
        var results = new Batch(batch, queue);
        try
        {
            run(results, results, outputs, cancellation.Token);
            queue.Fail(batch, new InvalidOperationException("A backend left out a result."));
        }
        catch (Exception exception)
        {
            queue.Fail(batch, exception);
        }
        finally
        {
            Set([], null);
        }
    }

    private void Set(ContinuousSlot[] batch, CancellationTokenSource? cancellation)
    {
        lock (_lock)
        {
            (_batch, _cancellation) = (batch, cancellation);
        }
    }

    /// <summary>Ends a batch of which no result is wanted any more.</summary>
    private void CancelUnwanted()
    {
        lock (_lock)
        {
            if (Array.TrueForAll(_batch, slot => slot.IsUnwanted))
            {
                _cancellation?.Cancel();
            }
        }
    }

    /// <summary>Gives the sequences of a batch, and takes their results.</summary>
    private sealed class Batch(ContinuousSlot[] slots, ContinuousQueue queue)
        : ISequenceSource,
            ISequenceSink
    {
        private int _read;
        private int _written;

        public bool IsAtHand => true;

        public bool TryRead(out ReadOnlyMemory<byte> tokens)
        {
            var found = _read < slots.Length;
            tokens = found ? slots[_read++].Tokens : default;
            return found;
        }

        public void Write(in SequenceOutput output)
        {
            var slot = slots[_written++];
            var units = output.Average.Length;
            output.Average.CopyTo(slot.Vectors);
            output.Final.CopyTo(slot.Vectors.AsSpan(units));
            output.Cell.CopyTo(slot.Vectors.AsSpan(2 * units));
            output.HiddenStates.CopyTo(slot.HiddenStates);
            output.Logits.CopyTo(slot.Logits);
            queue.CountPositions(slot.Steps);
            queue.Complete(slot);
        }
    }
}
