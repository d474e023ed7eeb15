using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace UniRep.Benchmarks.Serving;

/// <summary>Requests that are wrong in some way, on all routes: no answer may be 500, and the server stays as it was.</summary>
internal static partial class ServeFuzz
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(ServeOptions options)
    {
        using var mix = RequestMix.Create(options, 20);
        using var server = await options.StartAsync(false);
        var fuzz = new HttpFuzz(options.Number("seed", 1), options.Model);
        var count = options.Number("requests", 10_000);
        var statuses = new ConcurrentDictionary<string, int>();
        var quarter = Math.Max(1, count / 4);
        for (var from = 0; from < count; from += quarter)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(from, Math.Min(quarter, count - from)),
                new ParallelOptions { MaxDegreeOfParallelism = 48 },
                async (number, cancellation) =>
                {
                    var text = await HttpFuzz.ExchangeAsync(
                        server.EndPoint,
                        fuzz.Request(number),
                        Patience,
                        cancellation
                    );
                    var status =
                        text is null ? "NOT CLOSED"
                        : StatusLine().Match(text) is { Success: true } match
                            ? match.Groups[1].Value
                        : "no answer";
                    statuses.AddOrUpdate(status, 1, (_, seen) => seen + 1);
                    Faults.Require(
                        status is not ("500" or "NOT CLOSED"),
                        $"request {number}: {status}"
                    );
                }
            );
            Console.WriteLine(
                $"{Math.Min(count, from + quarter)} requests: server {server.Memory:F0} MiB; load {SystemLoad.Now}"
            );
        }

        Console.WriteLine(
            string.Join(
                ", ",
                statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} x {pair.Key}")
            )
        );
        Faults.Require(await server.IsReadyAsync(), "not ready after the requests");
        Faults.Require(await Load.ClosedAsync(server.EndPoint, mix.Requests, 4));
        foreach (
            var line in server.Log.Where(line => line.Contains("fail:") || line.Contains("crit:"))
        )
        {
            Faults.Require(false, line);
        }

        server.Terminate();
        Faults.Require(await server.ExitAsync() == 0, "the exit code is not 0");
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d\d\d) ")]
    private static partial Regex StatusLine();
}
