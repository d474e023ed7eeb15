using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using UniRep.Server.Caching;
using UniRep.Server.Computation;
using UniRep.Server.Inference;
using static UniRep.Server.Tests.InferenceSamples;

namespace UniRep.Server.Tests;

/// <summary>The cache of a server that is killed in the middle of its work.</summary>
public sealed class CacheKillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The program that is started, whose version is a part of the keys.</summary>
    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "unirep.dll");

    private static string ProgramVersion =>
        FileVersionInfo.GetVersionInfo(Program).ProductVersion!.Split('+')[0];

    private static string Letters(int number) =>
        "M"
        + string.Concat(Enumerable.Range(0, 12).Select(i => (char)('A' + ((number >> i) & 1) * 2)));

    [Fact]
    public async Task Every_row_is_whole_and_equal_to_what_is_computed_anew()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cache.db");
        var sent = await SendUntilKilledAsync(path);

        Assert.Equal("ok", Ask(path, "PRAGMA integrity_check"));
        var rows = (long)Ask(path, "SELECT count(*) FROM result")!;
        Assert.InRange(rows, 1, sent);
        var keys = new CacheKeys(new ServedModel(TestServer.Model, ProgramVersion));
        var codec = ResultCodecs.Find(InferenceOutputs.Vectors)!;
        using var database = CacheDatabase.Open(path);
        var found = Enumerable
            .Range(0, sent)
            .Select(number => Letters(number))
            .Select(letters =>
                (Letters: letters, Value: database.Find(keys.Of(codec.Kind, Parse(letters))))
            )
            .Where(row => row.Value is not null)
            .ToList();
        Assert.Equal(rows, found.Count);
        Assert.All(
            found,
            row =>
                Assert.Equal(
                    codec.Encode(new InferenceResult(RepOf(row.Letters), double.NaN)),
                    row.Value
                )
        );
    }

    /// <summary>Lets a server compute one sequence after another, and kills it once its cache has some and more are being
    /// written. Gives the number of sequences that were sent.</summary>
    private static async Task<int> SendUntilKilledAsync(string path)
    {
        using var process = Start(path);
        try
        {
            var address = await AddressAsync(process);
            using var client = new HttpClient { BaseAddress = address, Timeout = Patience };
            var sent = 0;
            var watch = Stopwatch.StartNew();
            using var stop = new CancellationTokenSource();
            var sending = Task.Run(
                async () =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        var letters = Enumerable.Range(sent, 16).Select(Letters).ToArray();
                        sent += letters.Length;
                        using var content = new StringContent(
                            Body(
                                $"[{string.Join(',', letters.Select(text => $"\"{text}\""))}]",
                                "[16]",
                                ",\"outputs\":[{\"name\":\"average\"}]"
                            ),
                            Encoding.UTF8,
                            "application/json"
                        );
                        using var response = await client.PostAsync(Infer, content);
                        response.EnsureSuccessStatusCode();
                    }
                },
                TestContext.Current.CancellationToken
            );
            while (Count(path) < 64)
            {
                Assert.False(sending.IsCompleted, sending.Exception?.ToString());
                Assert.True(watch.Elapsed < Patience, "the cache stays empty");
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => sending);
            return sent;
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start(string path)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(path),
        };
        string[] arguments =
        [
            Program,
            "serve",
            "--weights",
            "open-256",
            "--urls",
            "http://127.0.0.1:0",
            "--cache-path",
            path,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    /// <summary>Reads the log until the server says where it listens, and drains the rest.</summary>
    private static async Task<Uri> AddressAsync(Process process)
    {
        const string Words = "Now listening on: ";
        var address = new TaskCompletionSource<Uri>();
        var printed = new StringBuilder();
        void Read(object _, DataReceivedEventArgs line)
        {
            printed.AppendLine(line.Data);
            var place = line.Data?.IndexOf(Words, StringComparison.Ordinal) ?? -1;
            if (place >= 0)
            {
                address.TrySetResult(new Uri(line.Data![(place + Words.Length)..].Trim()));
            }
        }

        process.ErrorDataReceived += Read;
        process.OutputDataReceived += Read;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var first = await Task.WhenAny(
            address.Task,
            process.WaitForExitAsync(TestContext.Current.CancellationToken),
            Task.Delay(Patience, TestContext.Current.CancellationToken)
        );
        Assert.True(first == address.Task, $"the server did not start: {printed}");
        return await address.Task;
    }

    private static long Count(string path) =>
        File.Exists(path) && Ask(path, "SELECT count(*) FROM sqlite_master") is > 0L
            ? (long)Ask(path, "SELECT count(*) FROM result")!
            : 0;

    private static object? Ask(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
