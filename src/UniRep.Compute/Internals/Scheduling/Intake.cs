using System.Runtime.ExceptionServices;
using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// The door between a run and its lanes: gives sequences out, takes results back and hands them to the sink in the order
/// of the input. A few sequences are under way at first and more from step to step, so that the first results come soon;
/// what is read and not delivered is bounded, and so is memory, whatever the input.
/// </summary>
internal sealed class Intake
{
    /// <summary>After so many positions one more sequence may be under way, until all lanes are in use.</summary>
    private const int PositionsPerLane = 64;

    private readonly int _units;
    private readonly IProgress<long>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _waking;

    /// <summary>Guards all that follows; waited on for what the source or other lanes bring.</summary>
    private readonly object _gate = new();
    private readonly Lock _reporting = new();
    private readonly SourceReader _reader;
    private readonly ReadyQueue _ready = new();
    private readonly Outbox _outbox;
    private readonly StatePool _states;
    private ExceptionDispatchInfo? _failure;
    private int _waiting;
    private int _underWay;
    private int _groups = 1;
    private int _lanes = 1;
    private long _positions;
    private long _residues;
    private volatile bool _isClosed;

    public Intake(
        PackedModel model,
        ISequenceSource source,
        ISequenceSink sink,
        Outputs outputs,
        EngineOptions options,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
    {
        (_units, Outputs, _progress) = (model.Shape.Units, outputs, progress);
        _cancellation = cancellation;
        _states = new StatePool(options.StateBytes);
        _reader = new SourceReader(
            source,
            model.Shape,
            outputs,
            options.ChunkBytes,
            _gate,
            () => Volatile.Read(ref _positions),
            () => IsStopped,
            Fail
        );
        _outbox = new Outbox(sink, _units, _gate, _reader, () => IsStopped);
        _waking = cancellation.Register(Wake);
    }

    public Outputs Outputs { get; }

    /// <summary>Whether the run is to end now, because it was cancelled or something failed.</summary>
    public bool IsStopped =>
        _isClosed
        || Volatile.Read(ref _failure) is not null
        || _cancellation.IsCancellationRequested;

    /// <summary>Whether the run is to pause, because the sink wants no more results for now.</summary>
    public bool IsPaused => _outbox.IsFull;

    /// <summary>How many lanes a group may use now.</summary>
    public int Share =>
        (int)Math.Min(_lanes, (InUse(Volatile.Read(ref _positions)) + _groups - 1) / _groups);

    /// <summary>
    /// Begins: waits for the first sequences, and gives the number of distinct ones; as many as can be if more may follow.
    /// </summary>
    public int Open()
    {
        lock (_gate)
        {
            return !WaitForSource() ? 0
                : _reader.IsExhausted ? _ready.Count + _waiting
                : int.MaxValue;
        }
    }

    /// <summary>Tells how many groups will take sequences, and how many lanes each has.</summary>
    public void Expect(int groups, int lanes) => (_groups, _lanes) = (groups, lanes);

    /// <summary>Delivers what was held back, and waits for something to compute.</summary>
    /// <returns>Whether lanes are to work; if not, the run is done or pauses.</returns>
    public bool Resume()
    {
        _outbox.Reopen();
        lock (_gate)
        {
            return !IsPaused && WaitForSource();
        }
    }

    /// <summary>Gives the next sequence to compute, or null if there is none at this moment.</summary>
    public Slot? Take()
    {
        lock (_gate)
        {
            if (_ready.Count == 0 || _reader.IsExhausted)
            {
                TakeChunk((int)Math.Min(int.MaxValue, InUse(_positions)));
            }

            if (_ready.Take(_reader.IsExhausted, _groups * _lanes) is not { } slot)
            {
                return null;
            }

            _underWay++;
            Prepare(slot);
            return slot;
        }
    }

    /// <summary>Waits, for a group without a sequence, for a change while other groups are at work.</summary>
    /// <returns>Whether it is worth another try.</returns>
    public bool Wait()
    {
        lock (_gate)
        {
            if (IsStopped || IsPaused || _underWay == 0 && _reader.Waiting == 0 || IsTaken)
            {
                return false;
            }

            Monitor.Wait(_gate, SourceReader.Patience);
            return true;
        }
    }

    /// <summary>Counts positions that lanes are about to compute.</summary>
    public void Count(int positions) => Interlocked.Add(ref _positions, positions);

    /// <summary>Takes a finished sequence and delivers what is ready.</summary>
    public void Return(Slot slot)
    {
        lock (_gate)
        {
            slot.IsDone = true;
            if (slot.IsBegun && --_underWay == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }

        _outbox.Deliver();
    }

    /// <summary>
    /// Lets the sequences that part from another here begin, from a state that <paramref name="save"/> fills in, unless
    /// too many states are kept already: then they begin at start.
    /// </summary>
    public void Part(Fork fork, int size, Action<float[]> save)
    {
        lock (_gate)
        {
            fork.Ended.ForEach(Prepare);
            _waiting -= fork.Ended.Count + fork.Waiting.Count;
            if (fork.Waiting.Count == 0)
            {
                return;
            }

            if (_states.Rent(size) is { } state)
            {
                save(state);
                fork.State = state;
                fork.Claims = fork.Waiting.Count;
                fork.Waiting.ForEach(slot => slot.Position = fork.Positions);
            }

            fork.Waiting.ForEach(_ready.Add);
            Monitor.PulseAll(_gate);
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
            _progress?.Report(_residues);
        }
    }

    /// <summary>Ends the run with an exception.</summary>
    public void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        Wake();
    }

    /// <summary>Raises what went wrong, if anything did.</summary>
    public void Check()
    {
        _failure?.Throw();
        _cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Stops reading, and waits a moment for a source that is being read.</summary>
    public void Close(TimeSpan patience)
    {
        _isClosed = true;
        _waking.Dispose();
        _reader.WaitUntilIdle(patience);
    }

    /// <summary>Whether every sequence that there is has been taken.</summary>
    private bool IsTaken => _reader.IsExhausted && _ready.Count + _waiting + _reader.Waiting == 0;

    /// <summary>How many sequences may be under way after some positions.</summary>
    private static long InUse(long positions) => SourceReader.First + positions / PositionsPerLane;

    private bool WaitForSource()
    {
        while (!IsStopped)
        {
            if (_underWay + _ready.Count > 0)
            {
                return true;
            }

            TakeChunk(int.MaxValue);
            if (_ready.Count > 0)
            {
                return true;
            }

            if (IsTaken)
            {
                return false;
            }

            Monitor.Wait(_gate, _reader.Delay);
        }

        return false;
    }

    private void TakeChunk(int enough)
    {
        if (_reader.Take(enough) is not { } chunk)
        {
            return;
        }

        var first = chunk.Close();
        first.ForEach(_ready.Add);
        _waiting += chunk.Distinct - first.Count;
        chunk.Slots.ForEach(_outbox.Expect);
        Monitor.PulseAll(_gate);
    }

    private void Prepare(Slot slot)
    {
        slot.Vectors = _outbox.RentVectors();
        slot.AllocateRows(Outputs, _units);
        _reader.Begin(slot);
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
