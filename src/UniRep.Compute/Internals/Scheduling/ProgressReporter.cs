namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Reports the number of residues done, one call at a time.</summary>
internal sealed class ProgressReporter(IProgress<long>? progress)
{
    private readonly Lock _reporting = new();
    private long _residues;

    /// <summary>Adds residues and reports the total.</summary>
    public void Add(long residues)
    {
        lock (_reporting)
        {
            _residues += residues;
            progress?.Report(_residues);
        }
    }
}
