using System.Diagnostics;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// Reads the source ahead of the lanes: a few sequences at first, then as many as have been begun, up to a chunk, and not
/// many more than have been delivered. A source that can keep its reader waiting is read on a worker thread, so that the
/// lanes compute meanwhile. Callers hold the lock of the run, unless a comment says otherwise.
/// </summary>
internal sealed class SourceReader(
    ISequenceSource source,
    MlstmShape shape,
    Outputs outputs,
    RunLimits limits,
    RunState state
)
{
    /// <summary>The number of sequences that may be read and not delivered: at first, and more for each delivered one.</summary>
    private const int FirstBatchesHeld = 4;
    private const int HeldPerDelivered = 2;

    /// <summary>One more may be held after each of this many positions, so that a long sequence leaves no lane idle.</summary>
    private const int PositionsPerHeld = 64;

    private const int MaximalSequences = 16_384;
    private const long MaximalResidues = 8 << 20;

    /// <summary>
    /// The number of chunks that may be read and not delivered: one waits, one is in lanes, one waits for an earlier result.
    /// </summary>
    private const int ChunksHeld = 3;

    /// <summary>The time for which idle lanes wait for more sequences, so that a chunk holds several.</summary>
    public static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(10);

    private readonly InputSize _limit = new(MaximalSequences, limits.ChunkBytes, MaximalResidues);
    private InputChunk _filling = new(source.FirstToken);
    private InputSize _read;
    private InputSize _begun;
    private InputSize _delivered;
    private long _wantedSince;

    /// <summary>Gets whether the source has no more sequences.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Gets whether a thread reads the source, or is about to.</summary>
    public bool IsReading { get; private set; }

    /// <summary>Gets the number of sequences that are read and not yet taken.</summary>
    public int Waiting => _filling.Slots.Count;

    /// <summary>Gets how long to wait for the reader: without limit if nothing has been read.</summary>
    public TimeSpan TimeToWait => Waiting == 0 ? Timeout.InfiniteTimeSpan : BatchTime;

    /// <summary>Waits until no thread reads the source, but not longer than a timeout. Takes the lock of the run.</summary>
    public void WaitUntilIdle(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        lock (state.Lock)
        {
            while (IsReading && Stopwatch.GetElapsedTime(start) is var passed && passed < timeout)
            {
                Monitor.Wait(state.Lock, timeout - passed);
            }
        }
    }

    /// <summary>Counts a sequence, with its duplicates, as begun.</summary>
    public void Begin(Slot slot)
    {
        _begun += slot.Size * slot.Copies;
        ReadAhead();
    }

    /// <summary>Counts a sequence as delivered.</summary>
    public void Deliver(Slot slot)
    {
        _delivered += slot.Size;
        ReadAhead();
    }

    /// <summary>
    /// Takes the sequences that have been read; null if there are none, or if more are about to come. More come if a thread
    /// reads the source, fewer than enough have been read, and the batch time has not passed.
    /// </summary>
    /// <param name="enough">The number of sequences that are worth taking while the source has more.</param>
    public InputChunk? Take(int enough)
    {
        ReadAhead();
        if (Waiting == 0)
        {
            _wantedSince = 0;
            return null;
        }

        if (IsReading && Waiting < enough)
        {
            if (_wantedSince == 0)
            {
                _wantedSince = Stopwatch.GetTimestamp();
            }

            if (Stopwatch.GetElapsedTime(_wantedSince) < BatchTime)
            {
                return null;
            }
        }

        _wantedSince = 0;
        var chunk = _filling;
        _filling = new InputChunk(source.FirstToken);
        return chunk;
    }

    /// <summary>Begins to read more, once half of what may be read ahead has been begun.</summary>
    private void ReadAhead()
    {
        if (IsReading || !MayRead(0.5))
        {
            return;
        }

        IsReading = true;
        if (source.IsAtHand)
        {
            Read();
        }
        else
        {
            WorkerThreads.Start(Read);
        }
    }

    /// <summary>Gives whether less than a fraction of the limit is read ahead.</summary>
    private bool MayRead(double fraction)
    {
        var held = _read - _delivered;
        var mayBeHeld =
            FirstBatchesHeld * limits.FirstBatch
            + HeldPerDelivered * _delivered.Sequences
            + state.Positions / PositionsPerHeld;
        var window = _limit with
        {
            Sequences = Math.Clamp(_begun.Sequences, limits.FirstBatch, MaximalSequences),
        };
        return !IsExhausted
            && !state.IsStopped
            && (
                held.Sequences < ChunksHeld
                || held.Sequences < mayBeHeld
                    && held.IsBelow(_limit * ChunksHeld)
                    && (_read - _begun).IsBelow(window, fraction)
            );
    }

    /// <summary>Reads as far as the limits allow. The lock of the run is free while the source is asked.</summary>
    private void Read()
    {
        try
        {
            while (source.TryRead(out var tokens))
            {
                if (tokens.Span.ContainsAnyInRange((byte)MlstmShape.Tokens, byte.MaxValue))
                {
                    throw new ArgumentException(
                        $"Sequence {_read.Sequences} has a token above {MlstmShape.Tokens - 1}."
                    );
                }

                Throw.IfTooManyResults(_read.Sequences, tokens.Length, shape, outputs);
                lock (state.Lock)
                {
                    Add(tokens);
                    if (!MayRead(1))
                    {
                        return;
                    }
                }
            }

            lock (state.Lock)
            {
                IsExhausted = true;
            }
        }
        catch (Exception exception)
        {
            state.Fail(exception);
        }
        finally
        {
            lock (state.Lock)
            {
                IsReading = false;
                Monitor.PulseAll(state.Lock);
            }
        }
    }

    private void Add(ReadOnlyMemory<byte> tokens)
    {
        var size = new InputSize(1, ResultBytes(tokens), tokens.Length);
        _filling.Add(_read.Sequences, tokens, size);
        _read += size;
        if (Waiting == 1)
        {
            Monitor.PulseAll(state.Lock);
        }
    }

    /// <summary>Gives the bytes of the result of a sequence.</summary>
    private long ResultBytes(ReadOnlyMemory<byte> tokens)
    {
        var perStep =
            (outputs.HasFlag(Outputs.HiddenStates) ? shape.Units : 0)
            + (outputs.HasFlag(Outputs.Logits) ? MlstmShape.Classes : 0);
        return sizeof(float) * (3L * shape.Units + (tokens.Length + 1L) * perStep);
    }
}
