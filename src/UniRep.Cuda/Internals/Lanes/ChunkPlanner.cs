using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// Plans chunks of steps ahead of the device: which sequence stands in which row in each step. It knows the length of every
/// sequence, so it needs no result: a row is free as soon as its sequence ends in the plan.
/// </summary>
internal sealed class ChunkPlanner
{
    /// <summary>The steps of a chunk while rows are free and more sequences may come, so that they join soon.</summary>
    private const int ShortSteps = 16;

    private readonly ICudaBatch _batch;
    private readonly ILaneWork _work;
    private readonly RowTable _rows;
    private readonly SavedRows _saved;
    private readonly LatencyTail _tail;
    private readonly PendingCopies _copies = new();
    private readonly uint[] _words;

    /// <summary>
    /// Sequences that have left their rows at a branch point, because each of their next ones needs a saved row and all are
    /// in use. They begin again from the state there.
    /// </summary>
    private readonly Queue<(Slot Slot, BranchPoint Branch)> _parked = new();

    /// <summary>The rows whose sequences end or let others branch off after the present step, and their result slots.</summary>
    private readonly List<(int Row, int Result)> _stops = [];

    /// <summary>Whether nothing was ready, and nothing has become ready in this chunk since.</summary>
    private bool _isEmpty;

    public ChunkPlanner(ICudaBatch batch, ILaneWork work)
    {
        (_batch, _work) = (batch, work);
        _rows = new RowTable(batch.Rows);
        _saved = new SavedRows(batch);
        _tail = new LatencyTail(batch.LatencySequences, _rows, work);
        _words = new uint[batch.Rows];
    }

    /// <summary>Gets the number of sequences in rows.</summary>
    public int Used => _rows.Used;

    /// <summary>Plans the next chunk.</summary>
    /// <param name="plan">An empty plan, which is filled.</param>
    /// <returns>False if there is no sequence for now.</returns>
    public bool TryPlan(ChunkPlan plan)
    {
        DropUnwanted();
        _isEmpty = false;
        Fill(plan);
        if (_rows.Used == 0)
        {
            return false;
        }

        plan.Open(_batch.Begin());
        var steps = ChooseSteps(plan.Chunk);
        while (_rows.Used > 0 && plan.Steps < steps)
        {
            _rows.Compact(Move(plan));
            if (_tail.Applies(plan))
            {
                _copies.AddTo(plan.Chunk);
                _tail.Add(plan);
                break;
            }

            if (!HasRoomForResults(plan))
            {
                break;
            }

            Step(plan);
            Fill(plan);
        }

        for (var row = 0; row < _rows.Extent; row++)
        {
            plan.AddRow(row, _rows[row]);
            _rows[row].SinceStep = 0;
        }

        return true;
    }

    /// <summary>Gives how many steps to plan before the next look at what has come.</summary>
    private int ChooseSteps(ICudaChunk chunk)
    {
        var mayJoin =
            _rows.Used < _rows.Count && _work.Supply is LaneSupply.Source or LaneSupply.Clients;
        return mayJoin ? Math.Min(ShortSteps, chunk.MaximalSteps) : chunk.MaximalSteps;
    }

    /// <summary>Frees the rows of sequences that nobody wants any more.</summary>
    private void DropUnwanted()
    {
        for (var row = _rows.Extent - 1; row >= 0; row--)
        {
            if (_rows[row].Slot is { IsUnwanted: true } slot)
            {
                _rows.Remove(row);
                _work.Drop(slot);
            }
        }
    }

    /// <summary>Puts sequences into the free rows.</summary>
    private void Fill(ChunkPlan plan)
    {
        while (_rows.Used < Math.Min(_rows.Count, _work.LanesPerGroup))
        {
            if (MayUnpark())
            {
                Unpark(plan);
            }
            else if (!_isEmpty && _work.Take() is { } slot)
            {
                Enter(slot, plan);
            }
            else
            {
                _isEmpty = true;
                if (_parked.Count == 0)
                {
                    return;
                }

                Unpark(plan);
            }
        }
    }

    private void Enter(Slot slot, ChunkPlan plan)
    {
        var row = _rows.Add(slot, plan.Steps);
        if (slot.Position > 0)
        {
            var branch = slot.Origin!;
            plan.AddPrefix(slot, branch);
            _copies.Restore(_saved.Release(branch, _work), row);
        }
    }

    /// <summary>Takes a sequence out of its row, at a branch point whose state is saved.</summary>
    private void Park(int row, BranchPoint branch, ChunkPlan plan)
    {
        ref var state = ref _rows[row];
        plan.AddRow(row, state);
        var slot = state.Slot!;
        slot.Position = state.Position;
        branch.StateUsers++;
        _parked.Enqueue((slot, branch));
        _rows.Remove(row);
    }

    /// <summary>Gives whether there is a saved row for the next branch point of a parked sequence.</summary>
    private bool MayUnpark() =>
        _parked.TryPeek(out var next) && (_saved.HasFree || next.Branch.StateUsers == 1);

    private void Unpark(ChunkPlan plan)
    {
        var (slot, branch) = _parked.Dequeue();
        _copies.Restore(_saved.Release(branch, _work), _rows.Add(slot, plan.Steps));
    }

    /// <summary>Gives whether all results of the next step fit into the chunk.</summary>
    private bool HasRoomForResults(ChunkPlan plan)
    {
        var room = plan.Chunk.MaximalResults - plan.Results;
        if (_rows.Used <= room)
        {
            return true;
        }

        for (var row = 0; row < _rows.Extent; row++)
        {
            if (_rows[row].Slot is not null && _rows[row].Position + 1 == _rows[row].NextStop)
            {
                room--;
            }
        }

        return room >= 0;
    }

    private void Step(ChunkPlan plan)
    {
        _stops.Clear();
        var words = _words.AsSpan(0, _rows.Extent);
        WriteWords(words, _rows.All[..words.Length], plan);
        _copies.AddTo(plan.Chunk);
        plan.Chunk.Step(words);
        plan.Steps++;
        foreach (var (row, result) in _stops)
        {
            Stop(row, result, plan);
        }
    }

    /// <summary>
    /// Writes what each row does in the next step, and counts the step. It takes most of the time of planning, so it is
    /// compiled for speed from the start: a run may end before the runtime finds that out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteWords(Span<uint> words, Span<Row> rows, ChunkPlan plan)
    {
        for (var row = 0; row < words.Length; row++)
        {
            ref var state = ref rows[row];
            if (state.Slot is null)
            {
                words[row] = StepWord.Of(0, true, false, 0);
                continue;
            }

            var position = state.Position++;
            words[row] =
                position == 0
                    ? StepWord.Of(state.Slot.FirstToken, true, false, 0)
                    : state.Tokens[state.Offset + position - 1];
            if (position + 1 == state.NextStop)
            {
                words[row] |= AddStop(row, state, plan);
            }
        }
    }

    /// <summary>Notes that a row ends or lets others branch off, and gives what its word has besides.</summary>
    private uint AddStop(int row, in Row state, ChunkPlan plan)
    {
        var slot = state.Slot!;
        if (state.Position < slot.Steps && slot.Branches.Peek().Complete.Count == 0)
        {
            _stops.Add((row, 0));
            return 0;
        }

        var result = plan.AddResult();
        _stops.Add((row, result));
        return StepWord.Of(0, false, true, result);
    }

    /// <summary>Lets others branch off after a step, and ends a sequence.</summary>
    private void Stop(int row, int result, ChunkPlan plan)
    {
        ref var state = ref _rows[row];
        var slot = state.Slot!;
        if (state.Position == slot.Steps)
        {
            plan.AddRow(row, state);
            plan.AddEnd(slot, result);
            _rows.Remove(row);
            return;
        }

        var branch = slot.Branches.Pop();
        _work.Split(branch, SavedRows.StateSize, saved => _copies.Save(row, _saved.Take(saved)));
        foreach (var complete in branch.Complete)
        {
            plan.AddPrefix(complete, branch);
            plan.AddEnd(complete, result);
        }

        _isEmpty = _isEmpty && branch.Waiting.Count == 0;
        if (branch.State is not null && slot.Branches.Count > 0 && !_saved.HasFree)
        {
            Park(row, branch, plan);
        }
        else
        {
            state.FindNextStop();
        }
    }

    /// <summary>Gives what moves a sequence to another row.</summary>
    private Action<int, int> Move(ChunkPlan plan) =>
        (row, to) =>
        {
            ref var state = ref _rows[row];
            plan.AddRow(row, state);
            state.SinceStep = plan.Steps;
            if (state.Position > 0)
            {
                _copies.Move(row, to);
            }
        };
}
