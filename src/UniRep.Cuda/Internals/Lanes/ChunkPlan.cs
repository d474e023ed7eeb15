using System.Numerics;
using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>What a chunk computes of which sequence, so that its results can be handed over once they are there.</summary>
/// <param name="units">The number of hidden units.</param>
internal sealed class ChunkPlan(int units)
{
    private readonly List<Part> _parts = [];
    private readonly List<Prefix> _prefixes = [];
    private readonly List<End> _ends = [];
    private ICudaChunk? _chunk;

    /// <summary>Gets the chunk.</summary>
    public ICudaChunk Chunk => _chunk!;

    /// <summary>Gets the number of steps.</summary>
    public int Steps { get; set; }

    /// <summary>Gets the number of result slots in use.</summary>
    public int Results { get; private set; }

    /// <summary>Gets the number of positions that the device computes.</summary>
    public int Positions { get; private set; }

    /// <summary>Gets the residues that are done with this chunk, each as often as its sequence stands in the input.</summary>
    public long Residues { get; private set; }

    /// <summary>Empties the plan.</summary>
    public void Clear()
    {
        _parts.Clear();
        _prefixes.Clear();
        _ends.Clear();
        (_chunk, Steps, Results, Positions, Residues) = (null, 0, 0, 0, 0);
    }

    /// <summary>Sets the chunk that carries the plan out.</summary>
    public void Open(ICudaChunk chunk) => _chunk = chunk;

    /// <summary>Gives a result slot.</summary>
    public int AddResult() => Results++;

    /// <summary>Adds the last positions of a sequence in a row, up to the present step.</summary>
    public void AddRow(int row, in Row state)
    {
        if (state.Slot is { } slot && Steps > state.SinceStep)
        {
            var count = Steps - state.SinceStep;
            Add(new Part(slot, -1, state.SinceStep, row, state.Position - count, count));
        }
    }

    /// <summary>Adds all that is left of a sequence, computed by a call of <see cref="ICudaChunk.Latency"/>.</summary>
    public void AddLatency(Slot slot, int position, int latency, int sequence) =>
        Add(new Part(slot, latency, 0, sequence, position, slot.Steps - position));

    /// <summary>Adds a sequence whose first positions another one computes.</summary>
    public void AddPrefix(Slot slot, BranchPoint branch)
    {
        _prefixes.Add(new Prefix(slot, branch));
        Residues += (branch.Positions - 1L) * slot.Copies;
    }

    /// <summary>Adds a sequence that ends, with the slot of its result.</summary>
    public void AddEnd(Slot slot, int result)
    {
        slot.Position = slot.Steps;
        _ends.Add(new End(slot, result));
    }

    /// <summary>Hands the results over, once the chunk is done.</summary>
    public void Complete(ILaneWork work)
    {
        foreach (var part in _parts)
        {
            CopyRows(part);
        }

        // In the order of the plan: the first positions of a sequence may come from one whose first positions come from
        // another.
        foreach (var (slot, branch) in _prefixes)
        {
            slot.CopyRows(branch.Trunk, branch.Positions, units);
        }

        foreach (var (slot, result) in _ends)
        {
            CopyVectors(Chunk.Result(result), slot);
            work.Complete(slot);
        }

        if (Residues > 0)
        {
            work.CountResidues(Residues);
        }
    }

    private void Add(in Part part)
    {
        _parts.Add(part);
        Positions += part.Count;
        Residues += (part.Count - (part.Position == 0 ? 1L : 0)) * part.Slot.Copies;
    }

    /// <summary>Copies hidden states and logits of every position, if asked for.</summary>
    private void CopyRows(in Part part)
    {
        var (slot, latency, step, row, position, count) = part;
        for (var at = 0; slot.HiddenStates is { } states && at < count; at++)
        {
            var h =
                latency < 0 ? Chunk.States(step + at, row) : Chunk.LatencyStates(latency, at, row);
            h[..units].CopyTo(states.AsSpan((position + at) * units));
        }

        for (var at = 0; slot.Logits is { } logits && at < count; at++)
        {
            var values =
                latency < 0 ? Chunk.Logits(step + at, row) : Chunk.LatencyLogits(latency, at, row);
            values[..MlstmShape.Classes]
                .CopyTo(logits.AsSpan((position + at) * MlstmShape.Classes));
        }
    }

    /// <summary>Copies average, final and cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyVectors(in CudaResult result, Slot slot)
    {
        var vectors = slot.Vectors.AsSpan();
        var sum = result.Sum[..units];
        var average = vectors[..units];
        var positions = new Vector<float>(slot.Steps);
        var unit = 0;
        for (; unit <= units - Vector<float>.Count; unit += Vector<float>.Count)
        {
            (new Vector<float>(sum[unit..]) / positions).CopyTo(average[unit..]);
        }

        for (; unit < units; unit++)
        {
            average[unit] = sum[unit] / slot.Steps;
        }

        result.Hidden[..units].CopyTo(vectors[units..]);
        result.Cell[..units].CopyTo(vectors[(2 * units)..]);
    }

    /// <summary>Positions of a sequence that one row computes in some steps, or one call of the latency kernel.</summary>
    /// <param name="Slot">The sequence.</param>
    /// <param name="Latency">The number of the call; -1 for a row.</param>
    /// <param name="Step">The first step.</param>
    /// <param name="Row">The row, or the number of the sequence in the call.</param>
    /// <param name="Position">The first position.</param>
    /// <param name="Count">The number of positions.</param>
    private readonly record struct Part(
        Slot Slot,
        int Latency,
        int Step,
        int Row,
        int Position,
        int Count
    );

    /// <summary>A sequence whose first positions another one computes, up to a branch point.</summary>
    private readonly record struct Prefix(Slot Slot, BranchPoint Branch);

    /// <summary>A sequence that ends, and the slot of its result.</summary>
    private readonly record struct End(Slot Slot, int Result);
}
