using System.Diagnostics;

namespace UniRep.Benchmarks.Serving;

/// <summary>Latencies at shares of the capacity, with one very long request beside, and beyond the capacity.</summary>
internal static class ServeLatency
{
    /// <summary>Requests at random times, at 25, 50 and 80 % of what the service can do.</summary>
    public static async Task SharesAsync(ServeOptions options)
    {
        using var mix = RequestMix.Create(options, options.Number("sequences", 400));
        using var server = await options.StartAsync(false);
        var time = TimeSpan.FromSeconds(options.Number("seconds", 20));
        for (var round = 0; round < options.Number("rounds", 3); round++)
        {
            foreach (var share in (int[])[25, 50, 80])
            {
                // Measured anew each time: the machine may be busier than before.
                var capacity = await CapacityAsync(server, mix);
                var tally = await Load.OpenAsync(
                    server.EndPoint,
                    mix.Requests,
                    capacity * share / 100,
                    time,
                    round
                );
                Console.WriteLine(
                    $"{share} % of {capacity:F0} requests/s: p50 {tally.Quantile(0.5):F1} ms, p99 {tally.Quantile(0.99):F1} ms; {tally}; load {SystemLoad.Now}"
                );
                Faults.Require(tally);
            }
        }
    }

    /// <summary>200 small requests at half load, without and with one long sequence that joined before them.</summary>
    public static async Task BesideLongAsync(ServeOptions options)
    {
        using var mix = RequestMix.Create(options, 200, options.Number("median", 250));
        using var server = await options.StartAsync(false);
        var long35 = mix.OfLength(options.Number("residues", 35_000));
        var (alone, beside) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Number("rounds", 5); round++)
        {
            foreach (var withLong in round % 2 == 0 ? (bool[])[false, true] : [true, false])
            {
                using var connection = await RawConnection.OpenAsync(server.EndPoint);
                var longTally = new Tally();
                var longRun = withLong
                    ? Load.SendAsync(connection, long35, Stopwatch.GetTimestamp(), longTally)
                    : Task.FromResult(true);
                await Task.Delay(200);
                var tally = await Load.ClosedAsync(server.EndPoint, mix.Requests, 200);
                var wasLong = withLong && !longRun.IsCompleted;
                await longRun;
                Faults.Require(tally);
                Faults.Require(longTally);
                Faults.Require(wasLong == withLong, "the long request ended before the small ones");
                (withLong ? beside : alone).Add(tally.Quantile(0.99));
                Console.WriteLine(
                    $"200 small at once{(withLong ? $" beside one of {long35.Residues}" : "")}: p50 {tally.Quantile(0.5):F0} ms, p99 {tally.Quantile(0.99):F0} ms{(withLong ? $"; the long one {longTally.Quantile(0.5):F0} ms" : "")}; load {SystemLoad.Now}"
                );
            }
        }

        var ratios = beside.Zip(alone, (with, without) => with / without).Order().ToList();
        Console.WriteLine(
            $"p99 beside / alone: median {ratios[ratios.Count / 2]:F3} ({ratios[0]:F3} to {ratios[^1]:F3})"
        );
    }

    /// <summary>Three times what the service can do: the rest must be refused, and nothing else may go wrong.</summary>
    public static async Task OverloadAsync(ServeOptions options)
    {
        using var mix = RequestMix.Create(options, options.Number("sequences", 400));
        using var server = await options.StartAsync(
            false,
            "--max-queued-residues",
            options.Text("queue", "50000")
        );
        var times = options.Number("times", 3);
        var part = TimeSpan.FromSeconds(options.Number("seconds", 20));
        for (var round = 0; round < options.Number("rounds", 5); round++)
        {
            var capacity = await CapacityAsync(server, mix);
            var tally = await Load.OpenAsync(
                server.EndPoint,
                mix.Requests,
                times * capacity,
                part,
                round
            );
            Console.WriteLine(
                $"{times} x {capacity:F0} requests/s for {part.TotalSeconds:F0} s: {tally}, which are {tally.Right / part.TotalSeconds:F0} right answers/s; answered p50 {tally.Quantile(0.5):F0} ms, p99 {tally.Quantile(0.99):F0} ms; server {server.Memory:F0} MiB; load {SystemLoad.Now}"
            );
            Faults.Require(tally);
        }

        Faults.Require(await server.IsReadyAsync(), "not ready after the overload");
    }

    /// <summary>Measures requests a second with all lanes in use.</summary>
    private static async Task<double> CapacityAsync(ServerProcess server, RequestMix mix)
    {
        var watch = Stopwatch.StartNew();
        Faults.Require(await Load.ClosedAsync(server.EndPoint, mix.Requests, 96));
        return mix.Requests.Length / watch.Elapsed.TotalSeconds;
    }
}
