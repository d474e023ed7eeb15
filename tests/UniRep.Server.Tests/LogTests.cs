using UniRep.Tests;

namespace UniRep.Server.Tests;

/// <summary>What the log of requests tells.</summary>
public sealed class LogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Probes_and_files_of_the_page_are_no_news_and_other_requests_are()
    {
        using var server = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "UniRep.Server.dll"),
            true,
            "--weights",
            "open-256"
        );
        using var client = new HttpClient { BaseAddress = server.Url };
        foreach (var route in (string[])["/readyz", "/", "/openapi/v1.json", "/nowhere", "/info"])
        {
            using var _ = await client.GetAsync(route, TestContext.Current.CancellationToken);
        }

        // Lines come in the order of the requests.
        Assert.True(SpinWait.SpinUntil(() => Has(server, "GET /info 200"), Patience));
        Assert.True(Has(server, "GET - 404"));
        Assert.False(Has(server, "GET /readyz"));
        Assert.False(Has(server, "GET / "));
        Assert.False(Has(server, "GET /openapi"));
    }

    private static bool Has(ServerProcess server, string words) =>
        server.Log.Any(line => line.Contains(words, StringComparison.Ordinal));
}
