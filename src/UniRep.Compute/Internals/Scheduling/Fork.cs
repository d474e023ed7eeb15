namespace UniRep.Compute.Internals.Scheduling;

/// <summary>A place where sequences part from one that goes on: they share its state there.</summary>
internal sealed class Fork(Slot stem, int depth)
{
    /// <summary>The sequence that computes what they share.</summary>
    public Slot Stem => stem;

    /// <summary>The positions that they share: start and some residues.</summary>
    public int Positions => depth + 1;

    /// <summary>Sequences that end here.</summary>
    public List<Slot> Ended { get; } = [];

    /// <summary>Sequences that go on by themselves.</summary>
    public List<Slot> Waiting { get; } = [];

    /// <summary>The state they start from, once computed; none if there was no room to keep it.</summary>
    public float[]? State { get; set; }

    /// <summary>How many sequences have yet to start from the state.</summary>
    public int Claims { get; set; }
}
