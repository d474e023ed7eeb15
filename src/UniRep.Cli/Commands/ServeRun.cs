using System.Net.Sockets;
using UniRep.Server.Hosting;

namespace UniRep.Cli.Commands;

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
        catch (InvalidDataException error)
        {
            throw new CommandFailedException(ExitCode.Usage, error.Message);
        }
        catch (IOException error) when (error.InnerException is not null)
        {
            // Kestrel wraps what the system says of a port that it cannot have.
            throw new CommandFailedException(ExitCode.Environment, error.Message);
        }
        catch (Exception error) when (error is SocketException or FormatException)
        {
            throw new CommandFailedException(
                error is SocketException ? ExitCode.Environment : ExitCode.Usage,
                $"--urls: {error.Message}"
            );
        }
    }
}
