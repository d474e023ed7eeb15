namespace UniRep.Benchmarks.Serving;

/// <summary>SIGTERM under load: what the server accepted is answered, and it ends with exit code 0.</summary>
internal static class ServeDrain
{
    /// <summary>Sent this long before the signal, a request has been read.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(ServeOptions options)
    {
        using var mix = RequestMix.Create(options, options.Number("sequences", 400));
        for (var round = 0; round < options.Number("rounds", 3); round++)
        {
            using var server = await options.StartAsync(true);
            var run = new DrainRun(server, mix.Requests);
            await run.RunAsync(
                options.Number("connections", 128),
                options.Number("answers", 200),
                TimeSpan.FromSeconds(options.Number("seconds", 5))
            );
            var underWay = run.UnderWay(Before);
            var lost = underWay.Count(id => run.OutcomeOf(id) != DrainRun.Right);
            var outcomes = run
                .Outcomes.OrderBy(pair => pair.Key)
                .Select(pair => $"{pair.Value} {pair.Key}");
            Console.WriteLine(
                $"SIGTERM with {underWay.Count} requests under way: {lost} lost, {run.Missing.Count} logged as answered but not received; exit code {run.ExitCode} after {run.Seconds:F1} s; all: {string.Join(", ", outcomes)}; load {SystemLoad.Now}"
            );
            Faults.Require(
                lost == 0
                    && run.Missing.Count == 0
                    && run.ExitCode == 0
                    && !run.Outcomes.ContainsKey(DrainRun.Wrong)
                    && !run.Outcomes.ContainsKey(DrainRun.CutOff),
                "the drain"
            );
        }
    }
}
