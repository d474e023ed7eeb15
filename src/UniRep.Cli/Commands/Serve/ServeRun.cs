using UniRep.Server.Hosting;

namespace UniRep.Cli.Commands.Serve;

/// <summary>One run of `unirep serve`: from the loaded model to the last answer.</summary>
internal sealed class ServeRun(
    string weights,
    Backend backend,
    string[] arguments,
    Interruption interruption
)
{
    /// <summary>How much longer than the time to drain the host may take to stop.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    public async Task<int> RunAsync()
    {
        using var model = ModelLoader.Load(weights, backend);
        try
        {
            await using var app = UniRepServer.Build(model, ProgramVersion.Text, arguments);
            interruption.WaitsFor(UniRepServer.TimeToStop(app) + Margin);
            await app.RunAsync();
            return ExitCode.Done;
        }
        catch (Exception error) when (UniRepServer.FailureOf(error) is { } failure)
        {
            throw new CommandFailedException(
                failure.IsUsage ? ExitCode.Usage : ExitCode.Environment,
                failure.Message
            );
        }
    }
}
