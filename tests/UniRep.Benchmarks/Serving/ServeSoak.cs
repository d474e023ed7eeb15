using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace UniRep.Benchmarks.Serving;

/// <summary>Minutes of good clients beside those that disconnect, read or write slowly, or send what is no request.</summary>
internal sealed class ServeSoak(ServeOptions options, RequestMix mix, ServerProcess server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Tally _good = new();
    private readonly Tally _slow = new();
    private readonly Tally _bad = new();
    private readonly HttpFuzz _fuzz = new(options.Number("seed", 2), options.Model);
    private readonly byte[] _states = StatesRequest(options.Model);

    public static async Task RunAsync(ServeOptions options)
    {
        using var mix = RequestMix.Create(options, 400);
        using var server = await options.StartAsync(false);
        await new ServeSoak(options, mix, server).RunAsync();
    }

    private async Task RunAsync()
    {
        using var end = new CancellationTokenSource(
            TimeSpan.FromSeconds(options.Number("seconds", 600))
        );
        var watch = Stopwatch.StartNew();
        Task[] clients =
        [
            .. Clients(8, random => GoodAsync(random), end.Token),
            .. Clients(4, DisconnectAsync, end.Token),
            .. Clients(3, ReadSlowlyAsync, end.Token),
            .. Clients(2, WriteSlowlyAsync, end.Token),
            .. Clients(3, MalformedAsync, end.Token),
        ];
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(30), end.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Console.WriteLine(
                $"{watch.Elapsed.TotalSeconds, 4:F0} s: server {server.Memory:F0} MiB; good {_good}, p99 {_good.Quantile(0.99):F0} ms; slow writers {_slow}; bad {_bad}; load {SystemLoad.Now}"
            );
        }

        await Task.WhenAll(clients);
        Faults.Require(_good);
        // 408 is the answer to a body that comes too slowly, which a busy machine makes it.
        Faults.Require(_slow.Faults == _slow.Count("408"), _slow.ToString());
        Faults.Require(_bad.Count("500") == 0 && _bad.Count("NOT CLOSED") == 0, _bad.ToString());
        Faults.Require(await server.IsReadyAsync(), "not ready after the soak");
        Faults.Require(await Load.ClosedAsync(server.EndPoint, mix.Requests, 96));
        foreach (
            var line in server.Log.Where(line => line.Contains("fail:") || line.Contains("crit:"))
        )
        {
            Faults.Require(false, line);
        }

        server.Terminate();
        Faults.Require(await server.ExitAsync() == 0, "the exit code is not 0");
        Console.WriteLine($"after the soak: {string.Join(" | ", server.Log.TakeLast(2))}");
    }

    private static IEnumerable<Task> Clients(
        int count,
        Func<Random, Task> turn,
        CancellationToken end
    ) =>
        Enumerable
            .Range(0, count)
            .Select(number =>
                Task.Run(async () =>
                {
                    var random = new Random(number);
                    while (!end.IsCancellationRequested)
                    {
                        await turn(random);
                        await Task.Delay(random.Next(50));
                    }
                })
            );

    private LoadRequest Any(Random random) => mix.Requests[random.Next(mix.Requests.Length)];

    private async Task GoodAsync(Random random)
    {
        using var connection = await RawConnection.OpenAsync(server.EndPoint);
        for (var turn = 0; turn < 10; turn++)
        {
            await Load.SendAsync(connection, Any(random), Stopwatch.GetTimestamp(), _good);
        }
    }

    /// <summary>Sends a request, or a part of it, and is gone.</summary>
    private async Task DisconnectAsync(Random random)
    {
        using var connection = await RawConnection.OpenAsync(server.EndPoint);
        var bytes = random.Next(4) == 0 ? _states : Any(random).Bytes;
        await connection.SendAsync(
            bytes.AsMemory(0, random.Next(3) == 0 ? random.Next(1, bytes.Length) : bytes.Length)
        );
        await Task.Delay(random.Next(200));
        connection.Reset();
        _bad.Note("disconnects");
    }

    /// <summary>Asks for megabytes and takes some kilobytes a second, for a while.</summary>
    private async Task ReadSlowlyAsync(Random random)
    {
        using var connection = await RawConnection.OpenAsync(server.EndPoint);
        await connection.SendAsync(_states);
        var buffer = new byte[4096];
        try
        {
            for (var turn = random.Next(10, 60); turn > 0; turn--)
            {
                if (await connection.ReadAsync(buffer) == 0)
                {
                    break;
                }

                await Task.Delay(100);
            }
        }
        catch (SocketException)
        {
            _bad.Note("slow readers cut off");
        }

        _bad.Note("slow readers");
    }

    /// <summary>Sends the first bytes one at a time.</summary>
    private async Task WriteSlowlyAsync(Random random)
    {
        using var connection = await RawConnection.OpenAsync(server.EndPoint);
        var request = Any(random);
        var slow = Math.Min(request.Bytes.Length, random.Next(20, 150));
        try
        {
            for (var at = 0; at < slow; at++)
            {
                await connection.SendAsync(request.Bytes.AsMemory(at, 1));
                await Task.Delay(20);
            }
        }
        catch (SocketException)
        {
            _bad.Note("slow writers cut off");
            return;
        }

        await Load.SendAsync(
            connection,
            request with
            {
                Bytes = request.Bytes[slow..],
            },
            Stopwatch.GetTimestamp(),
            _slow
        );
    }

    private async Task MalformedAsync(Random random)
    {
        var text = await HttpFuzz.ExchangeAsync(
            server.EndPoint,
            _fuzz.Request(random.Next()),
            Patience,
            CancellationToken.None
        );
        _bad.Note(
            text is null ? "NOT CLOSED"
            : text.Contains("HTTP/1.1 500 ", StringComparison.Ordinal) ? "500"
            : "malformed"
        );
    }

    private static byte[] StatesRequest(string model)
    {
        var body =
            $$"""{"model":"{{model}}","input":"{{new string('A', 700)}}","per_residue":true}""";
        return Encoding.ASCII.GetBytes(
            $"POST /v1/embeddings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
        );
    }
}
