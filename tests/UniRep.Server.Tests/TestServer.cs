using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using UniRep.Server.Computation;
using UniRep.Server.Hosting;

namespace UniRep.Server.Tests;

/// <summary>A server of a test's own: the real Kestrel, on a free port of this machine.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private TestServer(WebApplication app) => App = app;

    /// <summary>The model of all tests: small, and loaded once.</summary>
    public static Model Model { get; } = ModelModule.load(Cpu.automatic, "open-256").ResultValue;

    public WebApplication App { get; }

    public ServerState State => App.Services.GetRequiredService<ServerState>();

    public EmbeddingQueue Queue => App.Services.GetRequiredService<EmbeddingQueue>();

    public Uri Address => new(App.Urls.First());

    public HttpClient Client { get; private set; } = new();

    /// <summary>Starts a server with options as on the command line, and waits until it is ready.</summary>
    public static Task<TestServer> StartAsync(params string[] options) =>
        StartAsync(Model, options);

    /// <summary>The same with another model.</summary>
    public static async Task<TestServer> StartAsync(Model model, params string[] options)
    {
        var app = UniRepServer.Build(model, "test", ["--urls", "http://127.0.0.1:0", .. options]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var server = new TestServer(app);
        server.Client = new HttpClient { BaseAddress = server.Address, Timeout = Patience };
        Assert.True(
            SpinWait.SpinUntil(() => server.State.Phase == ServerPhase.Ready, Patience),
            "the server did not become ready"
        );
        return server;
    }

    /// <summary>Posts JSON.</summary>
    public async Task<Answer> PostAsync(string path, string json, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        return await SendAsync(request, key);
    }

    public async Task<Answer> GetAsync(string path, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, key);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request, string? key = null)
    {
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode,
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(
                    pair => pair.Key,
                    pair => string.Join(", ", pair.Value),
                    StringComparer.OrdinalIgnoreCase
                ),
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)
        );
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
