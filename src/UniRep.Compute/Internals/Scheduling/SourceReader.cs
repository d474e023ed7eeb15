using System.Diagnostics;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// Reads a source ahead of the lanes, as far as the run has come: a few sequences at first, then as many as have been
/// begun, up to a chunk, and not many more than have been delivered. A source that may keep its reader waiting is read on a thread of its own, so that what has been
/// read is computed meanwhile. Members are called with the gate held.
/// </summary>
internal sealed class SourceReader(
    ISequenceSource source,
    MlstmShape shape,
    Outputs outputs,
    long chunkBytes,
    object gate,
    Func<long> positions,
    Func<bool> isStopped,
    Action<Exception> fail
)
{
    /// <summary>Sequences that are read before the first is computed.</summary>
    public const int First = 16;

    /// <summary>Sequences that may be read and not delivered before any is, and for each that is delivered.</summary>
    private const int HeldAtFirst = 64;
    private const int HeldForEach = 2;

    /// <summary>After so many positions one more may be, lest a long sequence leave lanes idle.</summary>
    private const int PositionsPerHeld = 64;

    private const int MaximalSequences = 16_384;
    private const long MaximalResidues = 8 << 20;

    /// <summary>Chunks that may be read and not delivered: one that waits, one in lanes, one whose order is awaited.</summary>
    private const int ChunksHeld = 3;

    /// <summary>So long do idle lanes wait for a source that has given something to give more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    private readonly Amount _limit = new(MaximalSequences, chunkBytes, MaximalResidues);
    private Chunk _filling = new();
    private Amount _read;
    private Amount _begun;
    private Amount _delivered;
    private long _wantedSince;

    /// <summary>Gets whether the source has no more.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Gets whether a thread is in the source, or about to be.</summary>
    public bool IsReading { get; private set; }

    /// <summary>Gets the number of sequences that wait for a chunk to be taken.</summary>
    public int Waiting => _filling.Slots.Count;

    /// <summary>Gets how long to wait for a change: for ever if nothing has been read.</summary>
    public TimeSpan Delay => Waiting == 0 ? Timeout.InfiniteTimeSpan : Patience;

    /// <summary>Waits, without the gate, until no thread is in the source any more, but no longer than a time.</summary>
    public void WaitUntilIdle(TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        lock (gate)
        {
            while (IsReading && Stopwatch.GetElapsedTime(start) is var passed && passed < patience)
            {
                Monitor.Wait(gate, patience - passed);
            }
        }
    }

    /// <summary>Counts sequences that have been begun.</summary>
    public void Begin(Slot slot)
    {
        _begun += slot.Amount * slot.Copies;
        ReadOn();
    }

    /// <summary>Counts a sequence that has been delivered.</summary>
    public void Deliver(Slot slot)
    {
        _delivered += slot.Amount;
        ReadOn();
    }

    /// <summary>
    /// Takes what has been read, if it is all that can be had for now: the source has no more, enough has been read, or
    /// the source makes lanes wait.
    /// </summary>
    /// <param name="enough">So many sequences are enough while the source goes on.</param>
    public Chunk? Take(int enough)
    {
        ReadOn();
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

            if (Stopwatch.GetElapsedTime(_wantedSince) < Patience)
            {
                return null;
            }
        }

        _wantedSince = 0;
        var chunk = _filling;
        _filling = new Chunk();
        return chunk;
    }

    /// <summary>Reads more, once half of what may be read ahead has been begun.</summary>
    private void ReadOn()
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
            Crew.Start(Read);
        }
    }

    private bool MayRead(double share)
    {
        var held = _read - _delivered;
        var mayBeHeld =
            HeldAtFirst + HeldForEach * _delivered.Sequences + positions() / PositionsPerHeld;
        var window = _limit with
        {
            Sequences = Math.Clamp(_begun.Sequences, First, MaximalSequences),
        };
        return !IsExhausted
            && !isStopped()
            && (
                held.Sequences < ChunksHeld
                || held.Sequences < mayBeHeld
                    && held.IsBelow(_limit * ChunksHeld)
                    && (_read - _begun).IsBelow(window, share)
            );
    }

    /// <summary>Reads as far as it may; the gate is free while the source is asked.</summary>
    private void Read()
    {
        try
        {
            while (source.TryRead(out var tokens))
            {
                if (tokens.Span.ContainsAnyInRange((byte)MlstmShape.Tokens, byte.MaxValue))
                {
                    throw new ArgumentException(
                        $"Sequence {_read.Sequences} holds a token above {MlstmShape.Tokens - 1}."
                    );
                }

                Throw.IfTooManyResults(_read.Sequences, tokens.Length, shape, outputs);
                lock (gate)
                {
                    Add(tokens);
                    if (!MayRead(1))
                    {
                        return;
                    }
                }
            }

            lock (gate)
            {
                IsExhausted = true;
            }
        }
        catch (Exception exception)
        {
            fail(exception);
        }
        finally
        {
            lock (gate)
            {
                IsReading = false;
                Monitor.PulseAll(gate);
            }
        }
    }

    private void Add(ReadOnlyMemory<byte> tokens)
    {
        var amount = new Amount(1, Size(tokens), tokens.Length);
        _filling.Add(_read.Sequences, tokens, amount);
        _read += amount;
        if (Waiting == 1)
        {
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>The bytes of a sequence's result.</summary>
    private long Size(ReadOnlyMemory<byte> tokens)
    {
        var perStep =
            (outputs.HasFlag(Outputs.HiddenStates) ? shape.Units : 0)
            + (outputs.HasFlag(Outputs.Logits) ? MlstmShape.Classes : 0);
        return sizeof(float) * (3L * shape.Units + (tokens.Length + 1L) * perStep);
    }
}
