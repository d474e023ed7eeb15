using System.Net.Sockets;
using System.Text;
using UniRep.Server.Security;

namespace UniRep.Server.Tests;

/// <summary>Keys, headers, other origins, host names, and what Kestrel must refuse.</summary>
public sealed class SecurityTests : IDisposable
{
    private readonly string _keys = Path.GetTempFileName();

    public SecurityTests() => File.WriteAllText(_keys, "# keys\nfirst-key\n\nsecond-key\n");

    public void Dispose() => File.Delete(_keys);

    [Fact]
    public async Task With_keys_a_request_needs_one_and_a_probe_does_not()
    {
        await using var server = await TestServer.StartAsync("--api-key-file", _keys);
        var body = Requests.Embeddings("\"M\"");
        var refused = await server.PostAsync("/v1/embeddings", body);
        refused.RequireOpenAiError(401, "invalid_api_key");
        Assert.Equal("Bearer", refused.Header("WWW-Authenticate"));
        (await server.PostAsync("/v1/embeddings", body, "wrong")).Require(401);
        (await server.PostAsync("/v1/embeddings", body, "first-key")).Require(200);
        (await server.PostAsync("/v1/embeddings", body, "second-key")).Require(200);
        (await server.GetAsync("/v1/models")).Require(401);
        (await server.GetAsync("/metrics")).Require(401);
        (await server.GetAsync("/metrics", "first-key")).Require(200);
        (await server.GetAsync("/readyz")).Require(200);
        (await server.GetAsync("/openapi/v1.json")).Require(200);
        using var other = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        other.Headers.Add("X-API-Key", "second-key");
        (await server.SendAsync(other)).Require(200);
    }

    [Fact]
    public void Keys_come_from_a_file_and_from_the_environment()
    {
        var keys = ApiKeys.Read(_keys, "third, fourth");
        Assert.Equal(
            [1, 2, 3, 4, 0, 0, 0],
            new[] { "first-key", "second-key", "third", "fourth", "# keys", "", "first" }.Select(
                keys.NumberOf
            )
        );
        Assert.False(ApiKeys.Read(null, null).AreRequired);
        File.WriteAllText(_keys, "# none\n");
        Assert.Throws<InvalidDataException>(() => ApiKeys.Read(_keys, null));
    }

    [Fact]
    public async Task Each_key_has_a_rate_of_its_own()
    {
        await using var server = await TestServer.StartAsync(
            "--api-key-file",
            _keys,
            "--requests-per-minute",
            "1"
        );
        var body = Requests.Embeddings("\"M\"");
        (await server.PostAsync("/v1/embeddings", body, "first-key")).Require(200);
        (await server.PostAsync("/v1/embeddings", body, "first-key")).Require(429);
        (await server.PostAsync("/v1/embeddings", body, "second-key")).Require(200);
    }

    [Fact]
    public async Task Responses_have_the_headers_that_keep_browsers_in_bounds()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.GetAsync("/v1/models");
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", answer.Header("X-Frame-Options"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.StartsWith(
            "default-src 'none'",
            answer.Header("Content-Security-Policy"),
            StringComparison.Ordinal
        );
        Assert.Null(answer.Header("Server"));
    }

    [Theory]
    [InlineData("a-b_c.1", true)]
    [InlineData("two words", false)]
    public async Task A_plain_request_id_is_kept_and_any_other_replaced(string id, bool isKept)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        request.Headers.Add("X-Request-Id", id);
        var answer = await server.SendAsync(request);
        Assert.NotEmpty(answer.Header("X-Request-Id")!);
        Assert.Equal(isKept, answer.Header("X-Request-Id") == id);
    }

    [Fact]
    public async Task Pages_of_other_origins_may_not_read_responses_unless_they_are_named()
    {
        await using var closed = await TestServer.StartAsync();
        Assert.Null((await AskFrom(closed)).Header("Access-Control-Allow-Origin"));
        await using var open = await TestServer.StartAsync(
            "--cors-origins",
            "https://lab.example https://other.example"
        );
        Assert.Equal(
            "https://lab.example",
            (await AskFrom(open)).Header("Access-Control-Allow-Origin")
        );

        static async Task<Answer> AskFrom(TestServer server)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.Add("Origin", "https://lab.example");
            return await server.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_server_on_loopback_answers_to_no_foreign_host_name()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Host = "evil.example";
        (await server.SendAsync(request)).Require(400);
        using var own = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        own.Headers.Host = "localhost";
        (await server.SendAsync(own)).Require(200);
    }

    [Theory]
    [InlineData("e\r\n{\"inputs\":\"M\"}\r\n0\r\n\r\n", "HTTP/1.1 200")]
    [InlineData("e;name=value\r\n{\"inputs\":\"M\"}\r\n0\r\n\r\n", "HTTP/1.1 200")]
    [InlineData("e\n{\"inputs\":\"M\"}\r\n0\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("e;name=value\n{\"inputs\":\"M\"}\r\n0\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("e;name\nvalue\r\n{\"inputs\":\"M\"}\r\n0\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("e\r\n{\"inputs\":\"M\"}\n0\r\n\r\n", "HTTP/1.1 400")]
    public async Task Chunk_lines_end_with_CR_LF_and_bare_LF_is_refused(string chunks, string start)
    {
        await using var server = await TestServer.StartAsync();
        var text = await RawAsync(server, chunks);
        Assert.StartsWith(start, text, StringComparison.Ordinal);
    }

    private static async Task<string> RawAsync(TestServer server, string chunks)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /tokenize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + chunks
            ),
            cancellation
        );
        using var reader = new StreamReader(stream);
        return await reader
            .ReadToEndAsync(cancellation)
            .WaitAsync(TimeSpan.FromMinutes(2), cancellation);
    }
}
