namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The size of a part of the input: its sequences, the bytes of their results, and their residues.</summary>
internal readonly record struct InputSize(long Sequences, long Bytes, long Residues)
{
    public static InputSize operator +(InputSize a, InputSize b) =>
        new(a.Sequences + b.Sequences, a.Bytes + b.Bytes, a.Residues + b.Residues);

    public static InputSize operator -(InputSize a, InputSize b) =>
        new(a.Sequences - b.Sequences, a.Bytes - b.Bytes, a.Residues - b.Residues);

    public static InputSize operator *(InputSize a, int count) =>
        new(a.Sequences * count, a.Bytes * count, a.Residues * count);

    /// <summary>Whether each of the three is below a fraction of that of a limit.</summary>
    public bool IsBelow(InputSize limit, double fraction = 1) =>
        Sequences < limit.Sequences * fraction
        && Bytes < limit.Bytes * fraction
        && Residues < limit.Residues * fraction;
}
