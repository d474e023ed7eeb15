using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace UniRep.Tests;

/// <summary>SIGTERM while connections send one request after the other: what became of each of them.</summary>
internal sealed class DrainRun(ServerProcess server, IReadOnlyList<LoadRequest> requests)
{
    public const string Right = "right";
    public const string Wrong = "wrong vector";
    public const string CutOff = "answer cut off";

    private readonly ConcurrentDictionary<string, long> _sent = new();
    private readonly ConcurrentDictionary<string, Outcome> _answered = new();
    private long _signal;

    /// <summary>Gets the server's exit code.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Gets the seconds from the signal to the server's end.</summary>
    public double Seconds { get; private set; }

    /// <summary>Gets the requests that the server logged as answered with 200 but whose answers did not come.</summary>
    public IReadOnlyList<string> Missing =>
        [
            .. server
                .Log.Where(line => line.Contains(" /v1/embeddings 200 ", StringComparison.Ordinal))
                .Select(line => line[(line.LastIndexOf(' ') + 1)..])
                .Where(id => _answered.GetValueOrDefault(id)?.What != Right),
        ];

    /// <summary>Gets the requests that were sent so long before the signal and not answered when it came.</summary>
    public IReadOnlyList<string> UnderWay(TimeSpan before) =>
        [
            .. _sent
                .Where(pair =>
                    Stopwatch.GetElapsedTime(pair.Value, _signal) > before
                    && !(_answered.GetValueOrDefault(pair.Key)?.At < _signal)
                )
                .Select(pair => pair.Key),
        ];

    /// <summary>Gives what became of a request.</summary>
    public string OutcomeOf(string id) => _answered.GetValueOrDefault(id)?.What ?? "no answer";

    /// <summary>Counts requests by what became of them.</summary>
    public IReadOnlyDictionary<string, int> Outcomes =>
        _answered.Values.CountBy(outcome => outcome.What).ToDictionary();

    /// <summary>Keeps connections busy, sends SIGTERM after a number of answers and a time, and waits for the end.</summary>
    public async Task RunAsync(int connections, int answers, TimeSpan time)
    {
        var workers = Enumerable.Range(0, connections).Select(WorkAsync).ToArray();
        await Task.Delay(time);
        while (_answered.Count < answers)
        {
            await Task.Delay(10);
        }

        _signal = Stopwatch.GetTimestamp();
        server.Terminate();
        ExitCode = await server.ExitAsync();
        Seconds = Stopwatch.GetElapsedTime(_signal).TotalSeconds;
        await Task.WhenAll(workers);
    }

    private async Task WorkAsync(int number)
    {
        var turn = 0;
        while (await ConnectAsync())
        {
            // The server has closed the connection after an answer, as it said it would.
        }

        async Task<bool> ConnectAsync()
        {
            try
            {
                using var connection = await RawConnection.OpenAsync(server.EndPoint);
                while (true)
                {
                    var request = requests[(number + 31 * turn) % requests.Count];
                    var id = $"r{number}-{turn++}";
                    _sent[id] = Stopwatch.GetTimestamp();
                    var outcome = await SendAsync(connection, request, id);
                    _answered[id] = outcome;
                    if (outcome.What != Right || outcome.Closes)
                    {
                        return outcome.Closes;
                    }
                }
            }
            catch (SocketException)
            {
                // There is no server any more.
                return false;
            }
        }
    }

    private static async Task<Outcome> SendAsync(
        RawConnection connection,
        LoadRequest request,
        string id
    )
    {
        try
        {
            await connection.SendAsync(request.WithId(id));
            return await connection.ReceiveAsync() switch
            {
                null => new Outcome("closed without answer", false),
                { Status: 200 } response => new Outcome(
                    request.IsRight(response) ? Right : Wrong,
                    response.Header("Connection") == "close"
                ),
                var refused => new Outcome($"refused with {refused.Status}", false),
            };
        }
        catch (InvalidDataException)
        {
            return new Outcome(CutOff, false);
        }
        catch (SocketException)
        {
            return new Outcome("connection reset", false);
        }
    }

    /// <summary>What became of a request, and when.</summary>
    private sealed record Outcome(string What, bool Closes)
    {
        public long At { get; } = Stopwatch.GetTimestamp();
    }
}
