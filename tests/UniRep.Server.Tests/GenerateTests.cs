using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UniRep.Design;
using UniRep.Server.Computation;

namespace UniRep.Server.Tests;

/// <summary>POST /v1/generate.</summary>
public sealed class GenerateTests
{
    private const string Some = """{"n":20,"seed":7,"max_length":40,"prefix":"MKT","top_p":0.9}""";

    /// <summary>Longer than any test waits, and within the limits.</summary>
    private const string Long = """{"n":100,"max_length":10000,"min_length":10000}""";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "application/x-ndjson", "")]
    [InlineData("application/x-ndjson", "application/x-ndjson", "")]
    [InlineData("text/event-stream", "text/event-stream", "data: ")]
    public async Task Sequences_are_those_of_the_library(string? accept, string type, string mark)
    {
        await using var server = await TestServer.StartAsync();
        var answer = (await SendAsync(server, Some, accept)).Require(200);
        Assert.Equal(type, answer.Header("Content-Type"));
        var lines = answer
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line =>
            {
                Assert.StartsWith(mark, line, StringComparison.Ordinal);
                return JsonDocument.Parse(line[mark.Length..]).RootElement;
            })
            .ToArray();
        var expected = Expected();
        Assert.Equal(expected.Length + 1, lines.Length);
        Assert.All(
            expected.Index(),
            pair =>
            {
                var line = lines[pair.Index];
                Assert.Equal(pair.Index, line.GetProperty("index").GetInt32());
                Assert.Equal(pair.Item.Sequence.Letters, line.GetProperty("sequence").GetString());
                Assert.Equal(
                    pair.Item.LogLikelihood,
                    line.GetProperty("log_likelihood").GetDouble()
                );
                Assert.Equal(pair.Item.Sequence.Length, line.GetProperty("length").GetInt32());
                Assert.Equal(
                    pair.Item.EndsByStop ? "stop" : "length",
                    line.GetProperty("finish_reason").GetString()
                );
            }
        );
        var end = lines[^1];
        Assert.Equal("generation.end", end.GetProperty("object").GetString());
        Assert.Equal("open-256", end.GetProperty("model").GetString());
        Assert.Equal(20, end.GetProperty("sequences").GetInt32());
        Assert.Equal(
            expected.Sum(result => result.Sequence.Length),
            end.GetProperty("residues").GetInt32()
        );
    }

    [Theory]
    [InlineData("""{"n":0}""", 400, "invalid_value", "n")]
    [InlineData("""{"temperature":-1}""", 400, "invalid_value", "temperature")]
    [InlineData("""{"top_k":0}""", 400, "invalid_value", "top_k")]
    [InlineData("""{"top_p":1.5}""", 400, "invalid_value", "top_p")]
    [InlineData("""{"min_length":9,"max_length":8}""", 400, "invalid_value", "max_length")]
    [InlineData("""{"prefix":"MKT","max_length":2}""", 400, "invalid_value", "prefix")]
    [InlineData("""{"letters":"AB"}""", 400, "invalid_value", "letters")]
    [InlineData("""{"prefix":"MK-"}""", 422, "invalid_sequence", "prefix")]
    [InlineData("""{"n":11}""", 413, "too_many_sequences", "n")]
    [InlineData("""{"max_length":51}""", 413, "sequence_too_long", "max_length")]
    [InlineData("""{"n":10,"max_length":50}""", 413, "too_many_residues", "max_length")]
    [InlineData("""{"n":"1"}""", 400, "invalid_json", "n")]
    [InlineData("""{"count":1}""", 400, "invalid_json", "count")]
    [InlineData("""{"model":"other"}""", 404, "model_not_found", "model")]
    public async Task A_wrong_request_is_a_problem_that_names_the_field(
        string body,
        int status,
        string code,
        string field
    )
    {
        await using var server = await TestServer.StartAsync(
            "--max-sequences",
            "10",
            "--max-sequence-residues",
            "50",
            "--max-request-residues",
            "400"
        );
        var problem = (await server.PostAsync("/v1/generate", body)).RequireProblem(status, code);
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_media_type_that_there_is_not_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        (await SendAsync(server, Some, "text/plain")).RequireProblem(406, "not_acceptable");
    }

    [Fact]
    public async Task A_client_that_goes_frees_the_only_slot()
    {
        await using var server = await TestServer.StartAsync("--max-generations", "1");
        using var leaving = new CancellationTokenSource();
        using var request = Request(Long, null);
        var running = server.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            leaving.Token
        );
        await UntilAsync(() => Task.FromResult(Used(server) == 1));
        var refused = await server.PostAsync("/v1/generate", Some);
        refused.RequireProblem(429, "too_many_generations");
        Assert.Equal("5", refused.Header("Retry-After"));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilAsync(() => Task.FromResult(Used(server) == 0));
        (await server.PostAsync("/v1/generate", Some)).Require(200);
    }

    [Fact]
    public async Task Other_requests_are_answered_beside_a_generation()
    {
        await using var server = await TestServer.StartAsync();
        using var leaving = new CancellationTokenSource();
        using var request = Request(Long, null);
        var running = server.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            leaving.Token
        );
        await UntilAsync(() => Task.FromResult(Used(server) == 1));
        (await server.PostAsync("/v1/scores", """{"input":"MKT"}""")).Require(200);
        Assert.False(running.IsCompleted);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilAsync(() => Task.FromResult(Used(server) == 0));
    }

    private static int Used(TestServer server) =>
        server.App.Services.GetRequiredService<GenerationSlots>().Used;

    private static Babbled[] Expected()
    {
        var usual = BabbleOptionsModule.defaults;
        var options = new BabbleOptions(
            20,
            7,
            Microsoft.FSharp.Core.FSharpOption<Sequence>.Some(Requests.Parse("MKT")),
            1,
            null,
            Microsoft.FSharp.Core.FSharpOption<double>.Some(0.9),
            1,
            40,
            usual.Letters
        );
        return [.. Babble.sample(RunOptionsModule.none, TestServer.Model, options).ResultValue];
    }

    private static HttpRequestMessage Request(string body, string? accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/generate")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return request;
    }

    private static async Task<Answer> SendAsync(TestServer server, string body, string? accept)
    {
        using var request = Request(body, accept);
        return await server.SendAsync(request);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
