using Microsoft.Extensions.DependencyInjection;
using UniRep.Server.Computation;
using UniRep.Tests;

namespace UniRep.Server.Tests;

/// <summary>Requests that are wrong in some way, from a seed (`tests/UniRep.Benchmarks -- serve fuzz` sends more).</summary>
public sealed class FuzzTests
{
    private const int Requests = 600;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Wrong_requests_on_all_routes_are_no_fault_of_the_server_and_leave_nothing_behind()
    {
        await using var server = await TestServer.StartAsync();
        var endPoint = RawConnection.EndPointOf(server.Address);
        var fuzz = new HttpFuzz(1, "open-256");
        var answers = new string?[Requests];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Requests),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = 32,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (number, cancellation) =>
                answers[number] = await HttpFuzz.ExchangeAsync(
                    endPoint,
                    fuzz.Request(number),
                    Patience,
                    cancellation
                )
        );
        Assert.Equal([], NumbersOf(answers, answer => answer is null));
        Assert.Equal([], NumbersOf(answers, answer => answer!.Contains("HTTP/1.1 500 ")));
        // The requests are not all alike.
        Assert.All(
            (string[])["HTTP/1.1 200 ", "HTTP/1.1 400 ", "HTTP/1.1 404 ", "HTTP/1.1 405 "],
            status => Assert.Contains(answers, answer => answer!.StartsWith(status))
        );

        (await server.GetAsync("/readyz")).Require(200);
        var queue = server.App.Services.GetRequiredService<EmbeddingQueue>();
        // One connection is that of the test's own client.
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                    server.State is { Requests: 0, Connections: <= 1 }
                    && queue.Statistics.Unfinished == 0,
                Patience
            ),
            $"{server.State.Requests} requests and {server.State.Connections} connections are left"
        );
    }

    [Theory]
    [InlineData("80000000")]
    [InlineData("ffffffff")]
    [InlineData("ffffffffffffffffff")]
    public async Task A_chunk_of_an_impossible_size_is_a_bad_request(string size)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await HttpFuzz.ExchangeAsync(
            RawConnection.EndPointOf(server.Address),
            System.Text.Encoding.ASCII.GetBytes(
                "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n"
            ),
            Patience,
            TestContext.Current.CancellationToken,
            // A client that finishes before a busy server has read the chunk gets no answer.
            Patience
        );
        Assert.StartsWith("HTTP/1.1 400 ", answer);
    }

    private static IEnumerable<int> NumbersOf(string?[] answers, Func<string?, bool> isMeant) =>
        Enumerable.Range(0, answers.Length).Where(number => isMeant(answers[number]));
}
