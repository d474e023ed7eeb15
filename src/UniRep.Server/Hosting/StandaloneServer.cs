using UniRep.Compute;
using UniRep.ModelFiles;

namespace UniRep.Server.Hosting;

/// <summary>The server as a program of its own: options come from the command line, the environment and appsettings.json.
/// Its exit codes are those of the command: 0 stopped, 2 usage, 3 weights, 4 environment.</summary>
internal static class StandaloneServer
{
    public static async Task<int> RunAsync(string[] arguments, string version)
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables("UNIREP_")
            .AddCommandLine(arguments)
            .Build();
        var loaded = ModelModule.load(
            Cpu.backend(new EngineOptions { Threads = configuration.GetValue("threads", 0) }),
            configuration["weights"] ?? WeightCatalog.defaultName
        );
        if (loaded.IsError)
        {
            await Console.Error.WriteLineAsync($"unirep-server: {loaded.ErrorValue.Message}");
            return 3;
        }

        using var model = loaded.ResultValue;
        try
        {
            await using var app = UniRepServer.Build(model, version, arguments);
            await app.RunAsync();
            return 0;
        }
        catch (Exception error) when (UniRepServer.FailureOf(error) is { } failure)
        {
            await Console.Error.WriteLineAsync($"unirep-server: {failure.Message}");
            return failure.IsUsage ? 2 : 4;
        }
    }
}
