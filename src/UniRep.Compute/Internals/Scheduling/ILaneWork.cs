namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// Where groups of lanes take sequences, and where they hand over those that are done. <see cref="SequenceRun"/> reads a
/// source and delivers in its order; <see cref="ContinuousQueue"/> lets sequences join at any time and delivers each at
/// once. The lanes know neither. Members are called by the first thread of any group.
/// </summary>
internal interface ILaneWork
{
    /// <summary>Gets the number of lanes that each group may use now.</summary>
    int LanesPerGroup { get; }

    /// <summary>Gets whether the lanes must stop for now. They keep their states.</summary>
    bool MustStop { get; }

    /// <summary>Gets what may still come after <see cref="Take"/> has given nothing. By default sequences may join at any time.</summary>
    LaneSupply Supply => LaneSupply.Clients;

    /// <summary>Takes the next sequence to compute, with its results allocated; null if none is ready.</summary>
    Slot? Take();

    /// <summary>Waits until there may be something to take. For a group without a sequence.</summary>
    /// <returns>False if the group must stop for now.</returns>
    bool WaitForChange();

    /// <summary>Takes a sequence that is done.</summary>
    void Complete(Slot slot);

    /// <summary>Takes a sequence that is not wanted any more. Its lane is free.</summary>
    void Drop(Slot slot);

    /// <summary>
    /// Makes the sequences ready that branch off here. They begin from the state that <paramref name="save"/> fills in, or
    /// from the start token if there is no room for the state.
    /// </summary>
    /// <param name="branch">The branch point that a lane has reached.</param>
    /// <param name="size">The number of floats of a state.</param>
    /// <param name="save">Copies the state of the lane.</param>
    void Split(BranchPoint branch, int size, Action<float[]> save);

    /// <summary>Counts that one sequence has restored the state of a branch point.</summary>
    void ReleaseState(BranchPoint branch);

    /// <summary>Counts positions that lanes are about to compute.</summary>
    void CountPositions(int positions);

    /// <summary>Counts residues that are done.</summary>
    void CountResidues(long residues);

    /// <summary>Ends everything with an exception.</summary>
    void Fail(Exception exception);
}
