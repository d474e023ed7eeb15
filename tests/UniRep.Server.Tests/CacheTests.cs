using static UniRep.Server.Tests.InferenceSamples;

namespace UniRep.Server.Tests;

/// <summary>The cache of results, through the routes.</summary>
public sealed class CacheTests
{
    [Fact]
    public async Task Without_options_nothing_is_kept_or_counted()
    {
        await using var server = await CacheServer.StartAsync();
        Assert.False(server.Cache.IsOn);
        await server.InferAsync(First);
        await server.InferAsync(First);
        Assert.Equal(0, server.Count("misses"));
        Assert.Equal(0, server.Count("hits memory"));
    }

    [Fact]
    public async Task Memory_gives_the_same_bits_and_counts_hits_and_misses()
    {
        await using var plain = await CacheServer.StartAsync();
        await using var server = await CacheServer.StartAsync("--cache-memory", "1");
        var expected = await plain.InferAsync(First, Second, First);
        Assert.Equal(expected, await server.InferAsync(First, Second, First));
        Assert.Equal(3, server.Count("misses"));
        Assert.Equal(0, server.Count("hits memory"));
        Assert.Equal(expected, await server.InferAsync(First, Second, First));
        Assert.Equal(3, server.Count("misses"));
        Assert.Equal(3, server.Count("hits memory"));
        Assert.InRange(server.Count("bytes memory"), 2 * 3080, 2 * 3080 + 1024);
    }

    [Fact]
    public async Task A_request_computes_only_what_is_missing_and_keeps_its_order()
    {
        await using var plain = await CacheServer.StartAsync();
        await using var server = await CacheServer.StartAsync("--cache-memory", "1");
        var third = "ACDEFGHIKL";
        await server.InferAsync(Second);
        Assert.Equal(
            await plain.InferAsync(First, Second, third),
            await server.InferAsync(First, Second, third)
        );
        Assert.Equal(1, server.Count("hits memory"));
        Assert.Equal(3, server.Count("misses"));
    }

    [Fact]
    public async Task Routes_share_vectors_but_not_other_kinds_of_results()
    {
        await using var server = await CacheServer.StartAsync("--cache-memory", "1");
        Task<Answer> EmbedAsync(string more = "") =>
            server.Server.PostAsync(
                "/v1/embeddings",
                $$"""{"model":"open-256","input":"{{First}}"{{more}}}"""
            );
        (await EmbedAsync()).Require(200);
        Assert.Equal(1, server.Count("misses"));
        var vectors = ",\"outputs\":[{\"name\":\"average\"}]";
        var inferred = await server.Server.PostAsync(Infer, Body($"[\"{First}\"]", "[1]", vectors));
        Assert.Equal(
            RepOf(First).Average,
            inferred.Require(200).Json.Output("average").GetProperty("data").Numbers()
        );
        Assert.Equal(1, server.Count("hits memory"));
        var states = (await EmbedAsync(",\"per_residue\":true")).Require(200).Text;
        Assert.Equal(2, server.Count("misses"));
        Assert.Equal(states, (await EmbedAsync(",\"per_residue\":true")).Require(200).Text);
        Assert.Equal(2, server.Count("hits memory"));
        var likelihood = ",\"outputs\":[{\"name\":\"log_likelihood\"}]";
        for (var i = 0; i < 2; i++)
        {
            var answer = await server.Server.PostAsync(
                Infer,
                Body($"[\"{First}\"]", "[1]", likelihood)
            );
            Assert.Equal(
                LikelihoodOf(First),
                answer.Require(200).Json.Output("log_likelihood").GetProperty("data")[0].GetDouble()
            );
        }

        Assert.Equal(3, server.Count("misses"));
        Assert.Equal(3, server.Count("hits memory"));
    }

    [Fact]
    public async Task Memory_stays_below_its_limit_and_forgets_the_oldest()
    {
        await using var server = await CacheServer.StartAsync("--cache-memory", "1");
        var letters = CacheServer.Many(600, 4);
        foreach (var part in letters.Chunk(100))
        {
            await server.InferAsync(part);
            Assert.InRange(server.Count("bytes memory"), 1, 1 << 20);
        }

        var before = server.Count("misses");
        await server.InferAsync(letters[^1]);
        Assert.Equal(before, server.Count("misses"));
        await server.InferAsync(letters[0]);
        Assert.Equal(before + 1, server.Count("misses"));
    }

    [Fact]
    public async Task Disk_outlives_the_server()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cache.db");
        byte[] expected;
        await using (var server = await CacheServer.StartAsync("--cache-path", path))
        {
            expected = await server.InferAsync(First, Second);
            Assert.Equal(2, server.Count("misses"));
        }

        Assert.Equal(["cache.db"], folder.Files());
        await using var next = await CacheServer.StartAsync("--cache-path", path);
        Assert.True(next.Count("bytes disk") > 0);
        Assert.Equal(expected, await next.InferAsync(First, Second));
        Assert.Equal(0, next.Count("misses"));
        Assert.Equal(2, next.Count("hits disk"));
    }

    [Fact]
    public async Task What_is_found_on_disk_is_kept_in_memory()
    {
        using var folder = new TemporaryFolder();
        string[] options = ["--cache-path", folder.File("cache.db"), "--cache-memory", "1"];
        await using (var server = await CacheServer.StartAsync(options))
        {
            await server.InferAsync(First);
        }

        await using var next = await CacheServer.StartAsync(options);
        await next.InferAsync(First);
        await next.InferAsync(First);
        Assert.Equal(1, next.Count("hits disk"));
        Assert.Equal(1, next.Count("hits memory"));
    }

    [Fact]
    public async Task The_file_holds_no_sequence()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cache.db");
        await using (var server = await CacheServer.StartAsync("--cache-path", path))
        {
            await server.InferAsync(Second);
        }

        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Second)));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Parse(Second).Tokens.Span));
    }

    [Fact]
    public async Task The_file_stays_below_its_limit_and_forgets_the_oldest()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cache.db");
        var letters = CacheServer.Many(900, 4);
        await using (
            var server = await CacheServer.StartAsync("--cache-path", path, "--cache-disk", "1")
        )
        {
            foreach (var part in letters.Chunk(100))
            {
                await server.InferAsync(part);
            }
        }

        Assert.InRange(new FileInfo(path).Length, 1 << 19, 1 << 20);
        await using var next = await CacheServer.StartAsync("--cache-path", path);
        await next.InferAsync(letters[^1]);
        Assert.Equal(1, next.Count("hits disk"));
        await next.InferAsync(letters[0]);
        Assert.Equal(1, next.Count("misses"));
    }

    [Fact]
    public async Task A_lower_limit_shrinks_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cache.db");
        await using (var server = await CacheServer.StartAsync("--cache-path", path))
        {
            await server.InferAsync(CacheServer.Many(900, 4));
        }

        Assert.InRange(new FileInfo(path).Length, 2 << 20, 8 << 20);
        await using (await CacheServer.StartAsync("--cache-path", path, "--cache-disk", "1")) { }
        Assert.InRange(new FileInfo(path).Length, 1, 1 << 20);
    }

    [Fact]
    public async Task A_draining_server_gives_nothing_from_the_cache_either()
    {
        await using var server = await CacheServer.StartAsync("--cache-memory", "1");
        await server.InferAsync(First);
        server.Server.State.StartDraining();
        (await server.Server.PostAsync(Infer, Body($"[\"{First}\"]", "[1]"))).Require(503);
    }
}
