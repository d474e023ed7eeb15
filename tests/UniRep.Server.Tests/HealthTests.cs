using UniRep.Server.Hosting;

namespace UniRep.Server.Tests;

/// <summary>Probes, metrics and the description of the API.</summary>
public sealed class HealthTests
{
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/health")]
    [InlineData("/v1/health/live")]
    [InlineData("/v1/health/ready")]
    public async Task A_ready_server_says_so(string route)
    {
        await using var server = await TestServer.StartAsync();
        (await server.GetAsync(route)).Require(200);
    }

    [Fact]
    public async Task A_draining_server_lives_and_is_not_ready()
    {
        await using var server = await TestServer.StartAsync();
        server.State.StartDraining();
        (await server.GetAsync("/healthz")).Require(200);
        (await server.GetAsync("/v1/health/live")).Require(200);
        (await server.GetAsync("/readyz")).Require(503);
        (await server.GetAsync("/health")).Require(503);
        var ready = (await server.GetAsync("/v1/health/ready")).Require(503).Json;
        Assert.Equal("draining", ready.GetProperty("status").GetString());
        server.State.BecomeReady();
        Assert.Equal(ServerPhase.Draining, server.State.Phase);
    }

    [Fact]
    public async Task Metrics_count_residues_and_give_latencies_by_route()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/v1/embeddings", Requests.Embeddings($"\"{Requests.First}\""));
        await server.PostAsync("/v1/embeddings", Requests.Embeddings("\"1\""));
        var metrics = (await server.GetAsync("/metrics")).Require(200).Text;
        // Servers of other tests in this process count too.
        Assert.Matches(@"unirep_residues_total(\{[^}]*\})? [1-9]\d+\n", metrics);
        Assert.Matches("unirep_requests_refused_total.*code=\"invalid_sequence\"", metrics);
        Assert.Matches("unirep_queue_residues", metrics);
        Assert.Matches("unirep_lanes_used", metrics);
        Assert.Matches("unirep_generations", metrics);
        Assert.Matches(
            "http_server_request_duration_seconds_count.*http_route=\"/v1/embeddings\"",
            metrics
        );
    }

    [Fact]
    public async Task The_description_names_every_route_and_its_fields()
    {
        await using var server = await TestServer.StartAsync();
        var document = (await server.GetAsync("/openapi/v1.json")).Require(200).Json;
        var paths = document
            .GetProperty("paths")
            .EnumerateObject()
            .Select(path => path.Name)
            .ToList();
        Assert.Superset(
            new HashSet<string>
            {
                "/v1/embeddings",
                "/v1/models",
                "/v1/scores",
                "/v1/generate",
                "/v1/represent",
                "/embed",
                "/embed_all",
                "/tokenize",
                "/info",
                "/health",
                "/healthz",
                "/readyz",
            },
            paths.ToHashSet()
        );
        var fields = document
            .GetProperty("components")
            .GetProperty("schemas")
            .GetProperty("EmbeddingsRequest")
            .GetProperty("properties");
        Assert.Equal(
            ["input", "model", "encoding_format", "dimensions", "user", "pooling", "per_residue"],
            fields.EnumerateObject().Select(field => field.Name)
        );
        Assert.NotEmpty(fields.GetProperty("pooling").GetProperty("description").GetString()!);
    }

    [Fact]
    public async Task The_page_of_the_API_loads_nothing_from_elsewhere()
    {
        await using var server = await TestServer.StartAsync();
        var page = (await server.GetAsync("/docs/")).Require(200);
        Assert.Contains("<html", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page.Text, StringComparison.Ordinal);
        Assert.Contains(
            "script-src 'self'",
            page.Header("Content-Security-Policy"),
            StringComparison.Ordinal
        );
    }
}
