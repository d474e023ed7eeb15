using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace UniRep.Benchmarks.Serving;

/// <summary>SIGTERM under load: what the server accepted is answered, and it ends with exit code 0.</summary>
internal static class ServeDrain
{
    public static async Task RunAsync(ServeOptions options)
    {
        using var mix = RequestMix.Create(options, options.Number("sequences", 400));
        for (var round = 0; round < options.Number("rounds", 3); round++)
        {
            using var server = await ServerProcess.StartAsync(options, true);
            var answered = new ConcurrentDictionary<string, Outcome>();
            var sent = new ConcurrentDictionary<string, long>();
            var workers = Enumerable
                .Range(0, options.Number("connections", 128))
                .Select(number => WorkAsync(server, mix, number, sent, answered))
                .ToArray();
            await Task.Delay(TimeSpan.FromSeconds(options.Number("seconds", 5)));
            var signal = Stopwatch.GetTimestamp();
            server.Terminate();
            var code = await server.ExitAsync();
            var seconds = Stopwatch.GetElapsedTime(signal).TotalSeconds;
            await Task.WhenAll(workers);
            Report(server, sent, answered, signal, code, seconds);
        }
    }

    private static void Report(
        ServerProcess server,
        ConcurrentDictionary<string, long> sent,
        ConcurrentDictionary<string, Outcome> answered,
        long signal,
        int code,
        double seconds
    )
    {
        // Sent this long before the signal, a request has been read.
        var before = signal - Stopwatch.Frequency / 4;
        var waiting = sent.Where(pair =>
                pair.Value < before && !(answered.GetValueOrDefault(pair.Key)?.At < signal)
            )
            .ToList();
        var lost = waiting.Count(pair => answered.GetValueOrDefault(pair.Key)?.What != "right");
        // The server's own word: what it logged with 200 must have come.
        var missing = server
            .Log.Where(line => line.Contains(" /v1/embeddings 200 ", StringComparison.Ordinal))
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Count(id => answered.GetValueOrDefault(id)?.What != "right");
        var outcomes = answered
            .Values.GroupBy(outcome => outcome.What)
            .OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key}");
        Console.WriteLine(
            $"SIGTERM with {waiting.Count} requests under way: {lost} lost, {missing} logged as answered but not received; exit code {code} after {seconds:F1} s; all: {string.Join(", ", outcomes)}; load {SystemLoad.Now}"
        );
        Faults.Require(
            lost == 0
                && missing == 0
                && code == 0
                && answered.Values.All(outcome => outcome.What != "WRONG"),
            "the drain"
        );
    }

    private static async Task WorkAsync(
        ServerProcess server,
        RequestMix mix,
        int number,
        ConcurrentDictionary<string, long> sent,
        ConcurrentDictionary<string, Outcome> answered
    )
    {
        for (var turn = 0; ; turn++)
        {
            try
            {
                using var connection = await RawConnection.OpenAsync(server.EndPoint);
                for (; ; turn++)
                {
                    var id = $"r{number}-{turn}";
                    var request = mix.Requests[(number + 31 * turn) % mix.Requests.Length];
                    sent[id] = Stopwatch.GetTimestamp();
                    await connection.SendAsync(WithId(request.Bytes, id));
                    var response = await connection.ReceiveAsync();
                    answered[id] = new Outcome(
                        response switch
                        {
                            null => "closed without answer",
                            { Status: 200 } => request.IsRight(response) ? "right" : "WRONG",
                            var other => $"refused with {other.Status}",
                        }
                    );
                    if (response is not { Status: 200 })
                    {
                        return;
                    }

                    if (response.Header("Connection") == "close")
                    {
                        break;
                    }
                }
            }
            catch (Exception error) when (error is SocketException or InvalidDataException)
            {
                answered[$"r{number}-{turn}"] = new Outcome("no connection");
                return;
            }
        }
    }

    private static byte[] WithId(byte[] request, string id)
    {
        var line = "POST /v1/embeddings HTTP/1.1\r\n"u8.Length;
        return
        [
            .. request[..line],
            .. System.Text.Encoding.ASCII.GetBytes($"X-Request-Id: {id}\r\n"),
            .. request[line..],
        ];
    }

    /// <summary>What became of a request, and when.</summary>
    private sealed record Outcome(string What)
    {
        public long At { get; } = Stopwatch.GetTimestamp();
    }
}
