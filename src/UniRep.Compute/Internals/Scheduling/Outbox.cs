namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Hands finished sequences to the sink in the order of the input, each as soon as all before it are there.</summary>
internal sealed class Outbox(
    ISequenceSink sink,
    int units,
    object gate,
    SourceReader reader,
    Func<bool> isStopped
)
{
    private readonly Lock _delivery = new();

    // Both are guarded by the gate.
    private readonly Queue<Slot> _expected = new();
    private readonly Stack<float[]> _spare = new();
    private volatile bool _isFull;

    /// <summary>Gets whether the sink wants no more: it stays so until the outbox is opened again.</summary>
    public bool IsFull => _isFull;

    /// <summary>Begins to deliver again; while no lane is at work, lest one group pause and another wait for it.</summary>
    public void Reopen()
    {
        _isFull = false;
        Deliver();
    }

    /// <summary>Takes the next sequence in the order of the input; with the gate held.</summary>
    public void Expect(Slot slot) => _expected.Enqueue(slot);

    /// <summary>Gives room for average, final and cell, [3 H]; with the gate held.</summary>
    public float[] RentVectors() => _spare.TryPop(out var vectors) ? vectors : new float[3 * units];

    /// <summary>Hands on what is done, as far as the order of the input and the sink allow.</summary>
    public void Deliver()
    {
        lock (_delivery)
        {
            while (!isStopped() && !_isFull)
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

                Write(slot, slot.Twin ?? slot);
                Forget(slot, slot.Twin ?? slot);
            }
        }
    }

    private Slot? NextDone()
    {
        lock (gate)
        {
            return _expected.TryPeek(out var slot) && (slot.Twin ?? slot).IsDone
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

    /// <summary>Makes room for others once a sequence is delivered.</summary>
    private void Forget(Slot slot, Slot result)
    {
        lock (gate)
        {
            reader.Deliver(slot);
            if (++result.Delivered == result.Copies)
            {
                _spare.Push(result.Vectors!);
            }
        }
    }
}
