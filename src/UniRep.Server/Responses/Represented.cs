using UniRep.Server.Requests;

namespace UniRep.Server.Responses;

/// <summary>What a response holds of each sequence.</summary>
/// <param name="Pools">The vectors; empty if there are states instead.</param>
/// <param name="IsPerResidue">Whether it holds the state after each residue.</param>
internal sealed record RepresentContent(IReadOnlyList<Pool> Pools, bool IsPerResidue);

/// <summary>A sequence with what was computed of it: a representation, or the states.</summary>
internal sealed record Represented(string Id, Sequence Sequence, Rep? Rep, float[,]? States)
{
    public static Represented[] Of(IReadOnlyList<string> ids, SequenceBatch batch, Rep[] reps) =>
        [.. reps.Select((rep, i) => new Represented(ids[i], batch.Sequences[i], rep, null))];

    public static Represented[] Of(
        IReadOnlyList<string> ids,
        SequenceBatch batch,
        float[][,] states
    ) => [.. states.Select((table, i) => new Represented(ids[i], batch.Sequences[i], null, table))];
}
