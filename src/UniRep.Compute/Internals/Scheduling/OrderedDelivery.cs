namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Delivers results to the sink in the order of the input, each as soon as all results before it are done.</summary>
internal sealed class OrderedDelivery(
    ISequenceSink sink,
    int units,
    RunState state,
    SourceReader reader
)
{
    private readonly Lock _delivering = new();

    // The lock of the run guards both.
    private readonly Queue<Slot> _expected = new();
    private readonly Stack<float[]> _spareVectors = new();
    private volatile bool _isFull;

    /// <summary>Gets whether the sink was full. The run then pauses until <see cref="Resume"/>.</summary>
    public bool IsFull => _isFull;

    /// <summary>
    /// Delivers again after a pause. Called while no lane computes: otherwise one group could pause and another wait for
    /// its lanes.
    /// </summary>
    public void Resume()
    {
        _isFull = false;
        Deliver();
    }

    /// <summary>Adds the next sequence in the order of the input, with the lock of the run held.</summary>
    public void Expect(Slot slot) => _expected.Enqueue(slot);

    /// <summary>Gives a buffer for average, final and cell, [3 H], with the lock of the run held.</summary>
    public float[] RentVectors() =>
        _spareVectors.TryPop(out var vectors) ? vectors : new float[3 * units];

    /// <summary>Delivers results that are done, until one is missing or the sink is full.</summary>
    public void Deliver()
    {
        lock (_delivering)
        {
            while (!state.IsStopped && !_isFull)
            {
                if (sink.IsFull)
                {
                    _isFull = true;
                    return;
                }

                if (NextDone() is not { } slot)
                {
                    return;
                }

                Write(slot, slot.DuplicateOf ?? slot);
                Forget(slot, slot.DuplicateOf ?? slot);
            }
        }
    }

    private Slot? NextDone()
    {
        lock (state.Lock)
        {
            return _expected.TryPeek(out var slot) && (slot.DuplicateOf ?? slot).IsDone
                ? _expected.Dequeue()
                : null;
        }
    }

    private void Write(Slot slot, Slot result)
    {
        var vectors = result.Vectors.AsSpan();
        sink.Write(
            new SequenceOutput
            {
                Index = slot.Index,
                Length = slot.Tokens.Length,
                Average = vectors[..units],
                Final = vectors.Slice(units, units),
                Cell = vectors.Slice(2 * units, units),
                HiddenStates = result.HiddenStates,
                Logits = result.Logits,
            }
        );
    }

    /// <summary>Counts a delivered sequence and reuses the buffer of a result that no sequence needs any more.</summary>
    private void Forget(Slot slot, Slot result)
    {
        lock (state.Lock)
        {
            reader.Deliver(slot);
            if (++result.Delivered == result.Copies)
            {
                _spareVectors.Push(result.Vectors!);
            }
        }
    }
}
