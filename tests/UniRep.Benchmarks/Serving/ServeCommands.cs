namespace UniRep.Benchmarks.Serving;

/// <summary>The commands `serve NAME [--option value]...`: a client of our own against a server of our own. The exit code is
/// 1 if a request was lost or an answer wrong.</summary>
internal static class ServeCommands
{
    private static readonly Dictionary<string, Func<ServeOptions, Task>> Commands = new()
    {
        ["throughput"] = ServeThroughput.RunAsync,
        ["latency"] = ServeLatency.SharesAsync,
        ["long"] = ServeLatency.BesideLongAsync,
        ["overload"] = ServeLatency.OverloadAsync,
        ["soak"] = ServeSoak.RunAsync,
        ["fuzz"] = ServeFuzz.RunAsync,
        ["drain"] = ServeDrain.RunAsync,
    };

    public static async Task RunAsync(string[] arguments)
    {
        if (arguments is [] || !Commands.TryGetValue(arguments[0], out var command))
        {
            await Console.Error.WriteLineAsync(
                $"serve {string.Join('|', Commands.Keys)} [--model open-672] [--threads 0] [--server UniRep.Server.dll] [--encoding base64|float] [--rounds N] [--seconds N] ..."
            );
            Environment.ExitCode = 2;
            return;
        }

        Console.WriteLine(
            $"serve {string.Join(' ', arguments)}: {Environment.ProcessorCount} processors, load {SystemLoad.Now}, {DateTime.UtcNow:u}"
        );
        await command(new ServeOptions(arguments[1..]));
    }
}
