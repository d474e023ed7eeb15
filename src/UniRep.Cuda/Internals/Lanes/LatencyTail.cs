using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// Hands the last sequences to the kernel that computes a few to their end, once so few are left that it takes less time
/// for them than steps of all rows.
/// </summary>
/// <param name="sequences">The number of sequences of a call; 0 if the device has no such kernel.</param>
/// <param name="rows">The rows.</param>
/// <param name="work">Where sequences come from.</param>
internal sealed class LatencyTail(int sequences, RowTable rows, ILaneWork work)
{
    /// <summary>
    /// The calls that take less time than steps of a tile of rows. A call takes about 3 µs a position and a step 25 µs or
    /// more.
    /// </summary>
    private const int MostCalls = 4;

    /// <summary>The positions of a call while sequences may join, which then wait for its end.</summary>
    private const int MostStepsWithClients = 4096;

    private readonly List<int> _chosen = [];

    /// <summary>Gives whether nothing more is known to come, and the sequences in rows are few and short enough.</summary>
    public bool Applies(ChunkPlan plan) =>
        rows.Used <= MostCalls * sequences
        && plan.Results + Math.Min(sequences, rows.Used) <= plan.Chunk.MaximalResults
        && work.Supply switch
        {
            LaneSupply.None => FitInto(plan.Chunk.MaximalLatencySteps),
            LaneSupply.Clients => FitInto(
                Math.Min(plan.Chunk.MaximalLatencySteps, MostStepsWithClients)
            ),
            _ => false,
        };

    /// <summary>Adds one call with the longest sequences, and frees their rows. The chunk then ends.</summary>
    public void Add(ChunkPlan plan)
    {
        Choose();
        var tokens = new ReadOnlyMemory<byte>[_chosen.Count];
        var from = new int[_chosen.Count];
        var results = new int[_chosen.Count];
        for (var at = 0; at < _chosen.Count; at++)
        {
            var state = rows[_chosen[at]];
            tokens[at] = TokensFrom(state.Slot!, state.Position);
            from[at] = state.Position == 0 ? -1 : _chosen[at];
            results[at] = plan.AddResult();
        }

        var latency = plan.Chunk.Latency(new LatencyBatch(tokens, from, results));
        for (var at = 0; at < _chosen.Count; at++)
        {
            var state = rows[_chosen[at]];
            plan.AddRow(_chosen[at], state);
            plan.AddLatency(state.Slot!, state.Position, latency, at);
            plan.AddEnd(state.Slot!, results[at]);
            rows.Remove(_chosen[at]);
        }
    }

    /// <summary>Chooses the longest sequences.</summary>
    private void Choose()
    {
        _chosen.Clear();
        for (var row = 0; row < rows.Extent; row++)
        {
            if (rows[row].Slot is not null)
            {
                _chosen.Add(row);
            }
        }

        _chosen.Sort((a, b) => Left(b) != Left(a) ? Left(b).CompareTo(Left(a)) : a.CompareTo(b));
        _chosen.RemoveRange(
            Math.Min(sequences, _chosen.Count),
            Math.Max(0, _chosen.Count - sequences)
        );
    }

    private bool FitInto(int steps)
    {
        for (var row = 0; row < rows.Extent; row++)
        {
            if (rows[row].Slot is not null && Left(row) > steps)
            {
                return false;
            }
        }

        return true;
    }

    private int Left(int row) => rows[row].Slot!.Steps - rows[row].Position;

    /// <summary>Gives the tokens that are left of a sequence.</summary>
    private static ReadOnlyMemory<byte> TokensFrom(Slot slot, int position) =>
        position > 0
            ? slot.Tokens[(position - 1)..]
            : (byte[])[(byte)slot.FirstToken, .. slot.Tokens.Span];
}
