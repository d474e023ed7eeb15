using System.Globalization;
using UniRep.Server.Hosting;

namespace UniRep.Server.Tests;

/// <summary>Every limit, just within it and just beyond it.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("--max-sequences", "2", """["M","K"]""", """["M","K","M"]""", "too_many_sequences")]
    [InlineData("--max-sequence-residues", "3", "\"MKT\"", "\"MKTA\"", "sequence_too_long")]
    [InlineData(
        "--max-request-residues",
        "5",
        """["MKT","AY"]""",
        """["MKT","AYI"]""",
        "too_many_residues"
    )]
    [InlineData(
        "--max-response-values",
        "512",
        """["M","K"]""",
        """["M","K","M"]""",
        "response_too_large"
    )]
    public async Task A_request_beyond_a_limit_is_refused_and_one_within_it_is_not(
        string option,
        string value,
        string within,
        string beyond,
        string code
    )
    {
        await using var server = await TestServer.StartAsync(option, value);
        (await server.PostAsync("/v1/embeddings", Requests.Embeddings(within))).Require(200);
        (await server.PostAsync("/v1/embeddings", Requests.Embeddings(beyond))).RequireOpenAiError(
            413,
            code
        );
    }

    [Fact]
    public async Task A_sequence_that_is_too_bodyis_named()
    {
        await using var server = await TestServer.StartAsync("--max-sequence-residues", "3");
        var problem = (
            await server.PostAsync("/v1/scores", """{"input":["MKT","MKTA"]}""")
        ).RequireProblem(413, "sequence_too_long");
        Assert.Equal(1, problem.GetProperty("index").GetInt32());
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var server = await TestServer.StartAsync("--max-body-bytes", "100");
        (
            await server.PostAsync(
                "/v1/embeddings",
                Requests.Embeddings($"\"{new string('M', 100)}\"")
            )
        ).RequireOpenAiError(413, "body_too_large");
        (await server.PostAsync("/v1/embeddings", Requests.Embeddings("\"M\""))).Require(200);
    }

    [Fact]
    public async Task A_full_queue_is_answered_with_429_and_a_time()
    {
        await using var server = await TestServer.StartAsync(
            "--max-queued-residues",
            "1",
            "--max-sequences",
            "4096"
        );
        var body = Requests.Embeddings(Requests.Different(1000, 400));
        // The first finds the queue empty and joins; while it waits for lanes there is no room.
        var first = server.PostAsync("/v1/embeddings", body);
        Assert.True(
            SpinWait.SpinUntil(
                () => server.Queue.Statistics.WaitingResidues > 1,
                TimeSpan.FromMinutes(5)
            )
        );
        var refused = await server.PostAsync("/v1/embeddings", Requests.Embeddings("\"MK\""));
        refused.RequireOpenAiError(429, "queue_full");
        var seconds = int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 1, 600);
        Assert.Equal(1000, (await first).Require(200).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_told_when_to_ask_again()
    {
        await using var server = await TestServer.StartAsync("--requests-per-minute", "2");
        var body = Requests.Embeddings("\"M\"");
        (await server.PostAsync("/v1/embeddings", body)).Require(200);
        (await server.PostAsync("/v1/embeddings", body)).Require(200);
        var refused = await server.PostAsync("/v1/embeddings", body);
        refused.RequireOpenAiError(429, "rate_limited");
        Assert.InRange(
            int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture),
            1,
            60
        );
        (await server.GetAsync("/healthz")).Require(200);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_given_up()
    {
        await using var server = await TestServer.StartAsync(
            "--request-timeout",
            "1",
            "--max-sequences",
            "100000",
            "--max-request-residues",
            "100000000",
            "--max-response-values",
            "100000000",
            "--max-queued-residues",
            "100000000"
        );
        var sequences = Requests.Different(3000, 4000);
        (
            await server.PostAsync("/v1/embeddings", Requests.Embeddings(sequences))
        ).RequireOpenAiError(504, "timeout");
        Assert.True(
            SpinWait.SpinUntil(
                () => server.Queue.Statistics.Unfinished == 0,
                TimeSpan.FromMinutes(5)
            ),
            "the lanes are not freed"
        );
    }

    [Fact]
    public void Every_number_has_an_option_and_a_default_within_its_range()
    {
        static IEnumerable<string> Numbers(Type owner, string before) =>
            owner
                .GetProperties()
                .Where(property => property.PropertyType.IsPrimitive)
                .Select(property => before + property.Name);
        var numbers = Numbers(typeof(ServerOptions), "")
            .Concat(Numbers(typeof(CacheOptions), "Cache:"))
            .Order();
        Assert.Equal(numbers, ServerSetting.All.Select(setting => setting.Property).Order());
        Assert.Null(ServerSetting.Complaint(new ServerOptions()));
    }

    [Fact]
    public void The_document_lists_every_limit_with_its_default()
    {
        var document = File.ReadAllText(Path.Combine(RootFolder(), "docs", "server.md"));
        Assert.All(
            ServerSetting.All,
            setting =>
                Assert.Contains(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| `{setting.Option}` | {setting.Default:N0} | {setting.Description} |"
                    ),
                    document,
                    StringComparison.Ordinal
                )
        );
    }

    private static string RootFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "UniRep.FSharp.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [Theory]
    [InlineData("--max-sequences", "0", "--max-sequences")]
    [InlineData("--max-json-depth", "1000", "--max-json-depth")]
    [InlineData("--max-sequences", "many", "MaxSequences")]
    public void An_option_out_of_its_range_stops_the_start(
        string option,
        string value,
        string named
    )
    {
        var error = Assert.Throws<InvalidDataException>(() =>
            UniRepServer.Build(TestServer.Model, "test", [option, value])
        );
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
