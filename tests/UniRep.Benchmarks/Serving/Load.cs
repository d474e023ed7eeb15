using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace UniRep.Benchmarks.Serving;

/// <summary>Sends requests over connections that are kept, and checks every answer.</summary>
internal static class Load
{
    /// <summary>Sends every request once: each connection sends its next one as soon as it has its answer.</summary>
    public static async Task<Tally> ClosedAsync(
        IPEndPoint server,
        IReadOnlyList<LoadRequest> requests,
        int connections
    )
    {
        var tally = new Tally();
        var next = -1;
        await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(async _ =>
                {
                    using var connection = await RawConnection.OpenAsync(server);
                    while (Interlocked.Increment(ref next) is var at && at < requests.Count)
                    {
                        await SendAsync(connection, requests[at], Stopwatch.GetTimestamp(), tally);
                    }
                })
        );
        return tally;
    }

    /// <summary>Sends requests at random times, whether or not earlier ones are answered. The time of a request counts from
    /// when it was due.</summary>
    public static async Task<Tally> OpenAsync(
        IPEndPoint server,
        IReadOnlyList<LoadRequest> requests,
        double perSecond,
        TimeSpan time,
        int seed
    )
    {
        var tally = new Tally();
        var idle = new ConcurrentBag<RawConnection>();
        var running = new List<Task>();
        var random = new Random(seed);
        var start = Stopwatch.GetTimestamp();
        var due = 0.0;
        for (var number = 0; ; number++)
        {
            due += -Math.Log(1 - random.NextDouble()) / perSecond;
            if (due > time.TotalSeconds)
            {
                break;
            }

            var wait = due - Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (wait > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait));
            }

            var moment = start + (long)(due * Stopwatch.Frequency);
            var request = requests[number % requests.Count];
            running.Add(Task.Run(() => OnIdleAsync(server, idle, request, moment, tally)));
        }

        await Task.WhenAll(running);
        foreach (var connection in idle)
        {
            connection.Dispose();
        }

        return tally;
    }

    /// <summary>Sends a request and notes what becomes of it; tells whether the connection can be used again.</summary>
    public static async Task<bool> SendAsync(
        RawConnection connection,
        LoadRequest request,
        long since,
        Tally tally
    )
    {
        try
        {
            await connection.SendAsync(request.Bytes);
            var response = await connection.ReceiveAsync();
            if (response is null)
            {
                tally.Note("CLOSED WITHOUT ANSWER");
                return false;
            }

            tally.Note(request, response, Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            return response.Header("Connection") != "close";
        }
        catch (Exception error) when (error is SocketException or InvalidDataException)
        {
            tally.Note($"LOST: {error.Message}");
            return false;
        }
    }

    private static async Task OnIdleAsync(
        IPEndPoint server,
        ConcurrentBag<RawConnection> idle,
        LoadRequest request,
        long due,
        Tally tally
    )
    {
        if (!idle.TryTake(out var connection))
        {
            connection = await RawConnection.OpenAsync(server);
        }

        if (await SendAsync(connection, request, due, tally))
        {
            idle.Add(connection);
        }
        else
        {
            connection.Dispose();
        }
    }
}
