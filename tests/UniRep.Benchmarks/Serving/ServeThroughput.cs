using System.Diagnostics;

namespace UniRep.Benchmarks.Serving;

/// <summary>Many concurrent requests of one sequence, compared with one batch of the same sequences, in turn.</summary>
internal static class ServeThroughput
{
    public static async Task RunAsync(ServeOptions options)
    {
        using var mix = RequestMix.Create(options, options.Number("sequences", 1000));
        using var server = await options.StartAsync(false);
        var connections = options.Number("connections", 192);
        var rounds = options.Number("rounds", 7);
        Console.WriteLine(
            $"{options.Model}, {mix.Sequences.Length} sequences, {mix.Residues} residues, {connections} connections, vectors as {options.Encoding}"
        );
        await Load.ClosedAsync(server.EndPoint, mix.Requests, connections);
        var (ratios, costs) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var (batch, service) =
                round % 2 == 0 ? (Batch(mix), await ServiceAsync()) : await Swapped();
            ratios.Add(service.Rate / batch.Rate);
            costs.Add(batch.Processor / service.Processor);
            Console.WriteLine(
                $"batch {batch.Rate, 8:F0} residues/s, {batch.Processor:F2} s of processor; service {service.Rate, 8:F0}, {service.Processor:F2} s ({service.Client:F2} s of them the client's); ratio {ratios[^1]:F3}, by processor {costs[^1]:F3}; load {SystemLoad.Now}"
            );
        }

        Console.WriteLine(
            $"medians: ratio {Median(ratios):F3} ({ratios.Min():F3} to {ratios.Max():F3}), by processor {Median(costs):F3}"
        );

        async Task<(Rated, Rated)> Swapped()
        {
            var service = await ServiceAsync();
            return (Batch(mix), service);
        }

        async Task<Rated> ServiceAsync()
        {
            var (own, others) = (Own(), server.Processor);
            var watch = Stopwatch.StartNew();
            var tally = await Load.ClosedAsync(server.EndPoint, mix.Requests, connections);
            var seconds = watch.Elapsed.TotalSeconds;
            Faults.Require(tally);
            var client = (Own() - own).TotalSeconds;
            return new Rated(
                mix.Residues / seconds,
                client + (server.Processor - others).TotalSeconds,
                client
            );
        }
    }

    private static Rated Batch(RequestMix mix)
    {
        var own = Own();
        var watch = Stopwatch.StartNew();
        var count = ModelModule.representMany(mix.Model, mix.Sequences).Count();
        return new Rated(
            count * (double)mix.Residues / mix.Sequences.Length / watch.Elapsed.TotalSeconds,
            (Own() - own).TotalSeconds,
            0
        );
    }

    private static TimeSpan Own() => Process.GetCurrentProcess().TotalProcessorTime;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Residues a second, and seconds of processor time of all processes and of the client.</summary>
    private sealed record Rated(double Rate, double Processor, double Client);
}
