using System.Globalization;

namespace UniRep.Server.Hosting;

/// <summary>A number of <see cref="ServerOptions"/>: its names, its range and what it is for.</summary>
/// <param name="Option">The option of the command line, such as <c>--max-sequences</c>.</param>
/// <param name="Property">The property, or the path to it, which is also the key in the section of the configuration.</param>
/// <param name="Description">What it limits, in a few words.</param>
/// <param name="Least">The least value.</param>
/// <param name="Most">The greatest value.</param>
public sealed record ServerSetting(
    string Option,
    string Property,
    string Description,
    long Least,
    long Most
)
{
    /// <summary>Gets every setting, in the order of the help.</summary>
    public static IReadOnlyList<ServerSetting> All { get; } =
    [
        new(
            "--max-body-bytes",
            nameof(ServerOptions.MaxBodyBytes),
            "bytes of a request's body",
            1,
            1L << 40
        ),
        new(
            "--max-sequences",
            nameof(ServerOptions.MaxSequences),
            "sequences of a request",
            1,
            int.MaxValue
        ),
        new(
            "--max-request-residues",
            nameof(ServerOptions.MaxRequestResidues),
            "residues of all sequences of a request",
            1,
            int.MaxValue
        ),
        new(
            "--max-sequence-residues",
            nameof(ServerOptions.MaxSequenceResidues),
            "residues of one sequence",
            1,
            int.MaxValue
        ),
        new(
            "--max-response-values",
            nameof(ServerOptions.MaxResponseValues),
            "numbers that a request may ask back",
            1,
            500_000_000
        ),
        new(
            "--max-json-depth",
            nameof(ServerOptions.MaxJsonDepth),
            "nesting of JSON in a request",
            2,
            64
        ),
        new(
            "--max-queued-residues",
            nameof(ServerOptions.MaxQueuedResidues),
            "residues that wait to be computed; beyond it requests are answered with 429",
            1,
            1L << 40
        ),
        new(
            "--max-generations",
            nameof(ServerOptions.MaxGenerations),
            "requests at a time that generate sequences, or score with a model trained to read backward; beyond it they are answered with 429",
            1,
            1024
        ),
        new(
            "--request-timeout",
            nameof(ServerOptions.RequestTimeout),
            "seconds from a request to its response",
            1,
            86_400
        ),
        new(
            "--max-connections",
            nameof(ServerOptions.MaxConnections),
            "connections at a time; 0 for any number",
            0,
            int.MaxValue
        ),
        new(
            "--min-data-rate",
            nameof(ServerOptions.MinDataRate),
            "bytes a second that a client must send or take; 0 for any",
            0,
            int.MaxValue
        ),
        new(
            "--requests-per-minute",
            nameof(ServerOptions.RequestsPerMinute),
            "requests a minute of one API key, or of one address where there are no keys; 0 for any number",
            0,
            1_000_000
        ),
        new(
            "--drain-delay",
            nameof(ServerOptions.DrainDelay),
            "seconds for which a server that was told to stop still answers, with 503, before it closes its port",
            0,
            3600
        ),
        new(
            "--drain-timeout",
            nameof(ServerOptions.DrainTimeout),
            "seconds that accepted requests are waited for when the server stops",
            0,
            86_400
        ),
        new(
            "--cache-memory",
            $"{nameof(ServerOptions.Cache)}:{nameof(CacheOptions.Memory)}",
            "megabytes of results that are kept in memory; 0 for none",
            0,
            1_000_000
        ),
        new(
            "--cache-disk",
            $"{nameof(ServerOptions.Cache)}:{nameof(CacheOptions.Disk)}",
            "megabytes of results that are kept on disk, where --cache-path says where",
            1,
            100_000_000
        ),
    ];

    /// <summary>Gets the options of the command line that are no numbers, with their properties.</summary>
    public static IReadOnlyDictionary<string, string> Texts { get; } =
        new Dictionary<string, string>
        {
            ["--api-key-file"] = nameof(ServerOptions.ApiKeyFile),
            ["--cors-origins"] = nameof(ServerOptions.CorsOrigins),
            ["--grpc-urls"] = nameof(ServerOptions.GrpcUrls),
            ["--cache-path"] = $"{nameof(ServerOptions.Cache)}:{nameof(CacheOptions.Path)}",
        };

    /// <summary>Gets the key of the configuration, such as <c>UniRep:MaxSequences</c>.</summary>
    public string Key => $"{ServerOptions.Section}:{Property}";

    /// <summary>Gets the value that holds unless another is given.</summary>
    public long Default => ValueOf(new ServerOptions());

    /// <summary>Reads the value.</summary>
    public long ValueOf(ServerOptions options) =>
        Convert.ToInt64(
            Property
                .Split(':')
                .Aggregate(
                    (object)options,
                    (owner, name) => owner.GetType().GetProperty(name)!.GetValue(owner)!
                ),
            CultureInfo.InvariantCulture
        );

    /// <summary>Finds the first value that is out of its range, as a message; null if all are right.</summary>
    public static string? Complaint(ServerOptions options) =>
        All.Where(setting =>
                setting.ValueOf(options) < setting.Least || setting.ValueOf(options) > setting.Most
            )
            .Select(setting =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{setting.Option} ({setting.Key}) must be from {setting.Least} to {setting.Most}, not {setting.ValueOf(options)}"
                )
            )
            .FirstOrDefault();
}
