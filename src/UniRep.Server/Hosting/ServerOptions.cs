namespace UniRep.Server.Hosting;

/// <summary>What the server allows and how it runs. <see cref="ServerSetting.All"/> describes every number.</summary>
public sealed class ServerOptions
{
    /// <summary>The section of the configuration that holds these options.</summary>
    public const string Section = "UniRep";

    /// <summary>Gets or sets the most bytes of a request's body.</summary>
    public long MaxBodyBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Gets or sets the most sequences of a request.</summary>
    public int MaxSequences { get; set; } = 1024;

    /// <summary>Gets or sets the most residues of all sequences of a request.</summary>
    public int MaxRequestResidues { get; set; } = 1_000_000;

    /// <summary>Gets or sets the most residues of one sequence.</summary>
    public int MaxSequenceResidues { get; set; } = 40_000;

    /// <summary>Gets or sets the most numbers that a request may ask back.</summary>
    public long MaxResponseValues { get; set; } = 16 * 1024 * 1024;

    /// <summary>Gets or sets how deep JSON may be nested.</summary>
    public int MaxJsonDepth { get; set; } = 8;

    /// <summary>Gets or sets the most residues that wait for a lane.</summary>
    public long MaxQueuedResidues { get; set; } = 4_000_000;

    /// <summary>Gets or sets the most requests that generate sequences at a time.</summary>
    public int MaxGenerations { get; set; } = 4;

    /// <summary>Gets or sets the most seconds from a request to its response.</summary>
    public int RequestTimeout { get; set; } = 300;

    /// <summary>Gets or sets the most connections at a time; 0 for any number.</summary>
    public int MaxConnections { get; set; } = 4096;

    /// <summary>Gets or sets the fewest bytes a second that a client must send or take; 0 for any.</summary>
    public int MinDataRate { get; set; } = 240;

    /// <summary>Gets or sets the most requests a minute of one key, or of one address where there are no keys; 0 for any
    /// number.</summary>
    public int RequestsPerMinute { get; set; }

    /// <summary>Gets or sets the seconds for which the server is not ready, but still answers, before it closes its port.</summary>
    public int DrainDelay { get; set; } = 1;

    /// <summary>Gets or sets the most seconds that accepted requests are waited for when the server stops.</summary>
    public int DrainTimeout { get; set; } = 300;

    /// <summary>Gets or sets the path of a file with one API key a line; without keys everyone is served.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>Gets or sets the origins, separated by blanks, whose pages may call the server; none by default.</summary>
    public string? CorsOrigins { get; set; }

    /// <summary>Gets or sets the addresses, separated by semicolons, where the server speaks gRPC; none by default.</summary>
    public string? GrpcUrls { get; set; }

    /// <summary>Gets or sets the cache of results; off by default.</summary>
    public CacheOptions Cache { get; set; } = new();
}
