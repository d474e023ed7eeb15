using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using static UniRep.Server.Tests.InferenceSamples;

namespace UniRep.Server.Tests;

/// <summary>Files of the cache that are damaged, or are none.</summary>
public sealed class CacheDamageTests
{
    [Theory]
    [InlineData("this is no database, but long enough to be looked at as one, says SQLite")]
    [InlineData(
        "SQLite format 3\0and then nothing that belongs there, for one hundred bytes or more: 0123456789 0123456789 0123456789"
    )]
    public async Task A_file_that_is_no_database_is_set_aside(string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("cache.db", text);
        await using (var server = await CacheServer.StartAsync("--cache-path", path))
        {
            await server.InferAsync(First);
        }

        Assert.Equal(2, folder.Files().Length);
        Assert.StartsWith("cache.db.damaged-", folder.Files()[1], StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(folder.File(folder.Files()[1])));
        await using var next = await CacheServer.StartAsync("--cache-path", path);
        await next.InferAsync(First);
        Assert.Equal(1, next.Count("hits disk"));
    }

    [Fact]
    public async Task Pages_that_are_damaged_cost_results_but_no_request()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cache.db");
        var letters = CacheServer.Many(200, 4);
        byte[] expected;
        await using (var server = await CacheServer.StartAsync("--cache-path", path))
        {
            expected = await server.InferAsync(letters);
        }

        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        RandomNumberGenerator.Fill(bytes.AsSpan(8192));
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        await using (var server = await CacheServer.StartAsync("--cache-path", path))
        {
            Assert.Equal(expected, await server.InferAsync(letters));
            Assert.Equal(expected, await server.InferAsync(letters));
        }

        Assert.Contains(
            folder.Files(),
            name => name.StartsWith("cache.db.damaged-", StringComparison.Ordinal)
        );
        await using var next = await CacheServer.StartAsync("--cache-path", path);
        Assert.Equal(expected, await next.InferAsync(letters));
    }

    [Theory]
    [InlineData("zeroblob(length(value))")]
    [InlineData("zeroblob(3)")]
    [InlineData("7")]
    public async Task A_value_that_was_changed_is_computed_again(string value)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cache.db");
        byte[] expected;
        await using (var server = await CacheServer.StartAsync("--cache-path", path))
        {
            expected = await server.InferAsync(First);
        }

        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            await using var change = connection.CreateCommand();
            change.CommandText = $"UPDATE result SET value = {value}";
            Assert.Equal(1, change.ExecuteNonQuery());
        }

        await using (var server = await CacheServer.StartAsync("--cache-path", path))
        {
            Assert.Equal(expected, await server.InferAsync(First));
            Assert.Equal(1, server.Count("misses"));
        }

        await using var next = await CacheServer.StartAsync("--cache-path", path);
        Assert.Equal(expected, await next.InferAsync(First));
        Assert.Equal(1, next.Count("hits disk"));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cache.db");
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            await using var create = connection.CreateCommand();
            create.CommandText = "CREATE TABLE precious (value TEXT)";
            create.ExecuteNonQuery();
        }

        var before = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() =>
            CacheServer.StartAsync("--cache-path", path)
        );
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(
            before,
            await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task A_place_that_cannot_be_is_named()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "");
        var error = await Assert.ThrowsAnyAsync<IOException>(() =>
            CacheServer.StartAsync("--cache-path", Path.Combine(file, "cache.db"))
        );
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }
}
