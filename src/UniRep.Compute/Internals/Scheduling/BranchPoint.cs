namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// The end of a prefix that several sequences share. One of them, the trunk, computes the prefix; the others start from its
/// state there.
/// </summary>
internal sealed class BranchPoint(Slot trunk, int depth)
{
    /// <summary>The sequence that computes the shared prefix.</summary>
    public Slot Trunk => trunk;

    /// <summary>The number of shared positions: the start token and some residues.</summary>
    public int Positions => depth + 1;

    /// <summary>Sequences that end here: the prefix is all of them.</summary>
    public List<Slot> Complete { get; } = [];

    /// <summary>Sequences that have more residues, in lanes of their own.</summary>
    public List<Slot> Waiting { get; } = [];

    /// <summary>The saved state of the trunk; null before it is computed, or if there was no room to keep it.</summary>
    public float[]? State { get; set; }

    /// <summary>The number of sequences that have yet to restore the state.</summary>
    public int StateUsers { get; set; }
}
