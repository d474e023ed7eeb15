using System.Runtime.ExceptionServices;

namespace UniRep.Compute.Internals;

/// <summary>
/// The door between a run and its lanes: reads the source in chunks, gives sequences out, takes results back and hands
/// them to the sink in the order of the input. At most two chunks are in flight beside the one that is delivered, so
/// memory is bounded whatever the input, and lanes need not stand idle between one chunk and the next.
/// </summary>
internal sealed class Intake(
    PackedModel model,
    ISequenceSource source,
    ISequenceSink sink,
    Outputs outputs,
    EngineOptions options,
    IProgress<long>? progress,
    CancellationToken cancellation
)
{
    private readonly Lock _gate = new();
    private readonly Lock _delivery = new();
    private readonly Lock _reporting = new();
    private readonly ChunkReader _reader = new(
        source,
        model.Shape,
        outputs,
        options.ChunkBytes,
        cancellation
    );
    private readonly Queue<Chunk> _chunks = new();
    private readonly Stack<float[]> _spare = new();
    private readonly StatePool _states = new(options.StateBytes);
    private ExceptionDispatchInfo? _failure;
    private long _residues;

    public Outputs Outputs => outputs;

    /// <summary>Whether the run is to end now, because it was cancelled or something failed.</summary>
    public bool IsStopped =>
        Volatile.Read(ref _failure) is not null || cancellation.IsCancellationRequested;

    /// <summary>
    /// Reads the first chunk and gives the number of distinct sequences in it; as many as can be if more may follow.
    /// </summary>
    public int Open()
    {
        lock (_gate)
        {
            return !ReadChunk() ? 0
                : _reader.IsExhausted ? _chunks.Peek().Distinct
                : int.MaxValue;
        }
    }

    /// <summary>Gives the next sequence to compute, or null if there is none at this moment.</summary>
    public Slot? Take()
    {
        lock (_gate)
        {
            for (; ; )
            {
                foreach (var chunk in _chunks)
                {
                    if (chunk.Issue() is { } slot)
                    {
                        Prepare(slot);
                        return slot;
                    }
                }

                if (_reader.IsExhausted || _chunks.Count > 1 || IsStopped || !ReadChunk())
                {
                    return null;
                }
            }
        }
    }

    /// <summary>Whether more sequences may come once others are done.</summary>
    public bool MayContinue
    {
        get
        {
            lock (_gate)
            {
                return !IsStopped && (!_reader.IsExhausted || _chunks.Any(chunk => chunk.HasMore));
            }
        }
    }

    /// <summary>Takes a finished sequence and delivers what is ready.</summary>
    public void Return(Slot slot)
    {
        lock (_gate)
        {
            slot.IsDone = true;
        }

        Deliver();
    }

    /// <summary>
    /// Lets the sequences that part from another here begin, from a state that <paramref name="save"/> fills in, unless
    /// too many states are kept already: then they begin at start.
    /// </summary>
    public void Part(Fork fork, int size, Action<float[]> save)
    {
        foreach (var ended in fork.Ended)
        {
            lock (_gate)
            {
                Prepare(ended);
            }
        }

        if (fork.Waiting.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_states.Rent(size) is { } state)
            {
                save(state);
                fork.State = state;
                fork.Claims = fork.Waiting.Count;
                fork.Waiting.ForEach(slot => slot.Position = fork.Positions);
            }

            fork.Stem.Chunk.Open(fork);
        }
    }

    /// <summary>Gives up a claim on the state of a fork.</summary>
    public void Release(Fork fork)
    {
        lock (_gate)
        {
            if (--fork.Claims == 0)
            {
                _states.Return(fork.State!);
                fork.State = null;
            }
        }
    }

    /// <summary>Adds to the number of residues done, and tells it.</summary>
    public void Advance(long residues)
    {
        lock (_reporting)
        {
            _residues += residues;
            progress?.Report(_residues);
        }
    }

    /// <summary>Ends the run with an exception.</summary>
    public void Fail(Exception exception) =>
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);

    /// <summary>Raises what went wrong, if anything did.</summary>
    public void Close()
    {
        _failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Hands finished sequences to the sink as far as the order of the input allows.</summary>
    private void Deliver()
    {
        lock (_delivery)
        {
            while (!IsStopped && NextDone() is { } slot)
            {
                var result = slot.Twin ?? slot;
                var units = model.Shape.Units;
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
        }
    }

    /// <summary>The next sequence in the order of the input, if it is done; drops chunks that are delivered.</summary>
    private Slot? NextDone()
    {
        lock (_gate)
        {
            while (_chunks.TryPeek(out var chunk))
            {
                if (chunk.Delivered < chunk.Slots.Count)
                {
                    var slot = chunk.Slots[chunk.Delivered];
                    if (!(slot.Twin ?? slot).IsDone)
                    {
                        return null;
                    }

                    chunk.Delivered++;
                    return slot;
                }

                _chunks.Dequeue();
                Recycle(chunk);
            }

            return null;
        }
    }

    private void Recycle(Chunk chunk)
    {
        foreach (var slot in chunk.Slots)
        {
            if (slot.Vectors is { } vectors)
            {
                _spare.Push(vectors);
            }
        }
    }

    private void Prepare(Slot slot)
    {
        var shape = model.Shape;
        slot.Vectors = _spare.TryPop(out var vectors) ? vectors : new float[3 * shape.Units];
        if (outputs.HasFlag(Outputs.HiddenStates))
        {
            slot.HiddenStates = new float[(long)slot.Steps * shape.Units];
        }

        if (outputs.HasFlag(Outputs.Logits))
        {
            slot.Logits = new float[(long)slot.Steps * MlstmShape.Classes];
        }
    }

    private bool ReadChunk()
    {
        if (IsStopped || _reader.Next() is not { } chunk)
        {
            return false;
        }

        _chunks.Enqueue(chunk);
        return true;
    }
}
