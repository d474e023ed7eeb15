namespace UniRep.Compute.Internals.Scheduling;

/// <summary>A number of sequences, the bytes of their results and their residues.</summary>
internal readonly record struct Amount(long Sequences, long Bytes, long Residues)
{
    public static Amount operator +(Amount a, Amount b) =>
        new(a.Sequences + b.Sequences, a.Bytes + b.Bytes, a.Residues + b.Residues);

    public static Amount operator -(Amount a, Amount b) =>
        new(a.Sequences - b.Sequences, a.Bytes - b.Bytes, a.Residues - b.Residues);

    public static Amount operator *(Amount a, int count) =>
        new(a.Sequences * count, a.Bytes * count, a.Residues * count);

    /// <summary>Whether every part is below a share of the same part of a limit.</summary>
    public bool IsBelow(Amount limit, double share = 1) =>
        Sequences < limit.Sequences * share
        && Bytes < limit.Bytes * share
        && Residues < limit.Residues * share;
}
