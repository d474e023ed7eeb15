namespace UniRep.Compute.Internals.Scheduling;

/// <summary>What lanes may still get after they have taken all that is ready.</summary>
internal enum LaneSupply
{
    /// <summary>The source may have more, at any time.</summary>
    Source,

    /// <summary>The source has no more, but sequences wait for a lane or for a branch point.</summary>
    Queue,

    /// <summary>Nothing that is known; sequences may join at any time.</summary>
    Clients,

    /// <summary>Nothing.</summary>
    None,
}
