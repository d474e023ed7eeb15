using System.Net;
using UniRep.Server.Hosting;

namespace UniRep.Server.Tests;

/// <summary>A server that is told to stop answers what it has accepted and refuses what is new.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static string Many(int count) => Requests.Embeddings(Requests.Different(count, 300));

    [Fact]
    public async Task A_draining_server_refuses_requests_with_503_and_a_time()
    {
        await using var server = await TestServer.StartAsync();
        server.State.StartDraining();
        var refused = await server.PostAsync("/v1/embeddings", Requests.Embeddings("\"M\""));
        refused.RequireOpenAiError(503, "draining");
        Assert.Equal("5", refused.Header("Retry-After"));
        (await server.PostAsync("/v1/scores", """{"input":"M"}""")).RequireProblem(503, "draining");
        Assert.Equal(
            "Unhealthy",
            (await server.PostAsync("/embed", """{"inputs":"M"}"""))
                .Require(503)
                .Json.GetProperty("error_type")
                .GetString()
        );
    }

    [Fact]
    public async Task Accepted_requests_are_answered_before_the_server_stops()
    {
        await using var server = await TestServer.StartAsync("--drain-delay", "2");
        Task<Answer>[] accepted =
        [
            .. Enumerable.Range(0, 4).Select(_ => server.PostAsync("/v1/embeddings", Many(200))),
        ];
        Assert.True(SpinWait.SpinUntil(() => server.State.Requests == 4, Patience));
        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => server.State.Phase == ServerPhase.Draining, Patience));
        (await server.GetAsync("/readyz")).Require(503);
        var refused = await server.PostAsync("/v1/embeddings", Many(1));
        refused.Require(503);
        Assert.Equal("close", refused.Header("Connection"));
        var answers = await Task.WhenAll(accepted);
        Assert.All(
            answers,
            answer =>
                Assert.Equal(200, answer.Require(200).Json.GetProperty("data").GetArrayLength())
        );
        await stopping.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, server.State.Requests);
    }

    [Fact]
    public async Task A_client_that_leaves_frees_its_lanes()
    {
        await using var server = await TestServer.StartAsync();
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings")
        {
            Version = HttpVersion.Version11,
            Content = new StringContent(Many(1000), System.Text.Encoding.UTF8, "application/json"),
        };
        var sending = server.Client.SendAsync(request, leaving.Token);
        Assert.True(SpinWait.SpinUntil(() => server.Queue.Statistics.Unfinished > 100, Patience));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.True(
            SpinWait.SpinUntil(() => server.Queue.Statistics.Unfinished == 0, Patience),
            "sequences of a client that has left are still computed"
        );
        Assert.True(SpinWait.SpinUntil(() => server.State.Requests == 0, Patience));
        (await server.PostAsync("/v1/embeddings", Many(1))).Require(200);
    }
}
