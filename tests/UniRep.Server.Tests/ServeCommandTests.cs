using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace UniRep.Server.Tests;

/// <summary>`unirep serve` as a process of its own.</summary>
public sealed partial class ServeCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task SIGTERM_under_load_loses_no_accepted_request()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are those of Unix");
        using var process = Start("--weights", "open-256", "--drain-delay", "1");
        var log = new StringBuilder();
        using var client = new HttpClient
        {
            BaseAddress = await AddressAsync(process, log),
            Timeout = Patience,
        };
        Task<HttpResponseMessage>[] accepted =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(request =>
                    client.PostAsync(
                        "/v1/embeddings",
                        new StringContent(
                            Requests.Embeddings(Requests.Different(200, 300, request)),
                            Encoding.UTF8,
                            "application/json"
                        ),
                        TestContext.Current.CancellationToken
                    )
                ),
        ];
        await AcceptedAsync(client, accepted.Length);
        Send("TERM", process);
        foreach (var response in await Task.WhenAll(accepted))
        {
            Assert.Equal(200, (int)response.StatusCode);
            response.Dispose();
        }

        await EndAsync(process);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains(
            "Drained: every accepted request is answered",
            Text(log),
            StringComparison.Ordinal
        );
        Assert.DoesNotMatch("[A-Z]{20}", Text(log));
    }

    [Fact]
    public async Task The_server_is_a_program_of_its_own_too()
    {
        using var process = StartProgram("UniRep.Server.dll", "--weights", "open-256");
        var log = new StringBuilder();
        using var client = new HttpClient { BaseAddress = await AddressAsync(process, log) };
        var models = await client.GetStringAsync(
            "/v1/models",
            TestContext.Current.CancellationToken
        );
        Assert.Contains("open-256", models, StringComparison.Ordinal);
        process.Kill();
        await EndAsync(process);
    }

    [Theory]
    [InlineData(2, "--max-sequences must be", "--max-sequences", "0")]
    [InlineData(2, "has no option --max-sequence", "--max-sequence", "5")]
    [InlineData(3, "no-such-model", "--weights", "no-such-model")]
    [InlineData(4, "no-such-file", "--api-key-file", "no-such-file")]
    [InlineData(2, "--urls", "--urls", "nonsense")]
    public async Task A_wrong_option_is_one_message_and_an_exit_code(
        int exitCode,
        string message,
        params string[] options
    )
    {
        using var process = Start(options);
        var error = await process.StandardError.ReadToEndAsync(
            TestContext.Current.CancellationToken
        );
        await EndAsync(process);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(exitCode, process.ExitCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        await using var server = await TestServer.StartAsync();
        using var process = Start("--weights", "open-256", "--urls", $"{server.Address}");
        var error = await process.StandardError.ReadToEndAsync(
            TestContext.Current.CancellationToken
        );
        await EndAsync(process);
        Assert.Contains("address already in use", error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(4, process.ExitCode);
    }

    private static Process Start(params string[] options) =>
        StartProgram("unirep.dll", ["serve", .. options]);

    private static Process StartProgram(string program, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        Array.ForEach(options, start.ArgumentList.Add);
        if (!options.Contains("--urls"))
        {
            start.ArgumentList.Add("--urls");
            start.ArgumentList.Add("http://127.0.0.1:0");
        }

        return Process.Start(start)!;
    }

    /// <summary>Reads the log in the background, and waits for the line that says where the server listens.</summary>
    private static async Task<Uri> AddressAsync(Process process, StringBuilder log)
    {
        var found = new TaskCompletionSource<Uri>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.AppendLine(line.Data);
            }

            if (line.Data is null)
            {
                found.TrySetException(new InvalidOperationException($"ended: {Text(log)}"));
            }
            else if (Listening().Match(line.Data) is { Success: true } match)
            {
                found.TrySetResult(new Uri(match.Groups["url"].Value));
            }
        };
        process.BeginErrorReadLine();
        return await found.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the server has accepted so many requests.</summary>
    private static async Task AcceptedAsync(HttpClient client, int count)
    {
        var cancellation = TestContext.Current.CancellationToken;
        for (var deadline = DateTime.UtcNow + Patience; DateTime.UtcNow < deadline; )
        {
            var metrics = await client.GetStringAsync("/metrics", cancellation);
            if (Regex.IsMatch(metrics, $@"unirep_requests_accepted(\{{[^}}]*\}})? {count}\n"))
            {
                return;
            }

            await Task.Delay(300, cancellation);
        }

        Assert.Fail($"the server did not accept {count} requests");
    }

    private static async Task EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("the program did not end");
        }
    }

    private static void Send(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    private static string Text(StringBuilder log)
    {
        lock (log)
        {
            return log.ToString();
        }
    }

    [GeneratedRegex("Now listening on: (?<url>http://[0-9.:]+)")]
    private static partial Regex Listening();
}
