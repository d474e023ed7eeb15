using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace UniRep.Tests;

/// <summary>A server of our own, in a process of its own, on a free port of this machine.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly TaskCompletionSource<Uri> _url = new();

    private ServerProcess(Process process, bool keepsRequests)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Read(line.Data, keepsRequests);
        process.BeginErrorReadLine();
    }

    /// <summary>Gets where it listens.</summary>
    public Uri Url => _url.Task.Result;

    /// <summary>Gets where it listens.</summary>
    public IPEndPoint EndPoint => RawConnection.EndPointOf(Url);

    /// <summary>Gets the lines of its log that say more than that a request was answered.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>Gets the time that its threads have run.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Gets the mebibytes of memory that it holds.</summary>
    public double Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="dll">The path of the server.</param>
    /// <param name="keepsRequests">Whether the log keeps the line of every request.</param>
    /// <param name="arguments">Options of the server.</param>
    public static Task<ServerProcess> StartAsync(
        string dll,
        bool keepsRequests,
        params string[] arguments
    ) => StartAsync(dll, keepsRequests, new Dictionary<string, string>(), arguments);

    /// <summary>The same with environment variables of its own.</summary>
    public static async Task<ServerProcess> StartAsync(
        string dll,
        bool keepsRequests,
        IReadOnlyDictionary<string, string> variables,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in (string[])[dll, .. arguments, "--urls", "http://127.0.0.1:0"])
        {
            start.ArgumentList.Add(argument);
        }

        var server = new ServerProcess(Process.Start(start)!, keepsRequests);
        try
        {
            await server._url.Task.WaitAsync(Patience);
            await server.UntilReadyAsync();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Tells whether it is ready.</summary>
    public async Task<bool> IsReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var answer = await client.GetAsync("/readyz");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end and gives the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task UntilReadyAsync()
    {
        var watch = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException("the server did not become ready");
            }

            await Task.Delay(50);
        }
    }

    private void Read(string? line, bool keepsRequests)
    {
        if (line is null)
        {
            _url.TrySetException(
                new InvalidOperationException($"the server ended:\n{string.Join('\n', _log)}")
            );
            return;
        }

        if (keepsRequests || !line.Contains(" sequences, ", StringComparison.Ordinal))
        {
            _log.Enqueue(line);
        }

        var at = line.IndexOf(Listening, StringComparison.Ordinal);
        if (at >= 0)
        {
            _url.TrySetResult(new Uri(line[(at + Listening.Length)..].Trim()));
        }
    }
}
