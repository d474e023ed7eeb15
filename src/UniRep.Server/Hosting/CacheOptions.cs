namespace UniRep.Server.Hosting;

/// <summary>Where results are kept, so that the same sequence is not computed twice.</summary>
public sealed class CacheOptions
{
    /// <summary>Gets or sets the megabytes of results that are kept in memory; 0 for none.</summary>
    public int Memory { get; set; }

    /// <summary>Gets or sets the file, a SQLite database, in which results outlive the server; none by default.</summary>
    public string? Path { get; set; }

    /// <summary>Gets or sets the most megabytes of that file.</summary>
    public int Disk { get; set; } = 1024;
}
