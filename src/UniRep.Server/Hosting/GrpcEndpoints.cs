namespace UniRep.Server.Hosting;

/// <summary>The ports of gRPC. Without TLS a port speaks either HTTP/1.1 or HTTP/2, and gRPC needs the latter, so it has
/// ports of its own.</summary>
internal static class GrpcEndpoints
{
    private const string Endpoints = "Kestrel:Endpoints";

    private static readonly string[] Keys =
    [
        WebHostDefaults.ServerUrlsKey,
        "HTTP_PORTS",
        "HTTPS_PORTS",
    ];

    /// <summary>Says whether the server offers gRPC at all.</summary>
    public static bool AreAskedFor(ServerOptions options) =>
        !string.IsNullOrWhiteSpace(options.GrpcUrls);

    /// <summary>Adds the ports of gRPC to those that the configuration names otherwise. An address with TLS that is
    /// there already speaks both.</summary>
    /// <exception cref="InvalidDataException">An address is not one.</exception>
    public static void Add(WebApplicationBuilder builder, ServerOptions options)
    {
        if (!AreAskedFor(options))
        {
            return;
        }

        var configuration = builder.Configuration;
        var urls = Split(options.GrpcUrls);
        foreach (var url in urls)
        {
            Require(url);
        }

        var places = Places(configuration);
        // Kestrel forgets its urls where there are endpoints, so all become endpoints. Their order is that of their names.
        for (var i = 0; i < places.Count; i++)
        {
            configuration[$"{Endpoints}:Address{i}:Url"] = places[i];
        }

        foreach (var (i, url) in urls.Where(url => !IsShared(url, places)).Index())
        {
            configuration[$"{Endpoints}:Grpc{i}:Url"] = url;
            configuration[$"{Endpoints}:Grpc{i}:Protocols"] = "Http2";
        }

        foreach (var key in Keys)
        {
            // Else Kestrel warns that it does not listen there.
            configuration[key] = "";
        }

        AllowHosts(configuration, urls);
    }

    private static bool IsShared(string url, IReadOnlyList<string> places) =>
        url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        && places.Contains(url, StringComparer.OrdinalIgnoreCase);

    private static IReadOnlyList<string> Places(ConfigurationManager configuration) =>
        configuration.GetSection(Endpoints).GetChildren().Any() ? []
        : configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls ? Split(urls)
        :
        [
            .. Split(configuration["HTTP_PORTS"]).Select(port => $"http://*:{port}"),
            .. Split(configuration["HTTPS_PORTS"]).Select(port => $"https://*:{port}"),
        ];

    /// <summary>A server that answers the names of this machine alone answers those by which others reach its gRPC too.</summary>
    private static void AllowHosts(ConfigurationManager configuration, IEnumerable<string> urls)
    {
        var hosts = urls.Select(url => BindingAddress.Parse(url).Host).ToList();
        if (
            configuration["AllowedHosts"] == UniRepServer.HomeHosts
            && !hosts.All(UniRepServer.IsHome)
        )
        {
            configuration["AllowedHosts"] = hosts.Any(host =>
                host is "*" or "+" or "0.0.0.0" or "[::]"
            )
                ? "*"
                : $"{UniRepServer.HomeHosts};{string.Join(';', hosts)}";
        }
    }

    private static void Require(string url)
    {
        try
        {
            BindingAddress.Parse(url);
        }
        catch (FormatException error)
        {
            throw new InvalidDataException(
                $"--grpc-urls (UniRep:GrpcUrls): '{url}' is no address; write http://127.0.0.1:8081",
                error
            );
        }
    }

    private static string[] Split(string? urls) =>
        urls?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        ?? [];
}
