using UniRep.Server.Computation;
using UniRep.Server.Requests;

namespace UniRep.Server.Hosting;

/// <summary>Computes a sequence once, then says that the server is ready.</summary>
internal sealed partial class WarmUp(
    EmbeddingQueue queue,
    ServerState state,
    IHostApplicationLifetime lifetime,
    ILogger<WarmUp> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var sequence = SequenceModule.parse("ACDEFGHIKLMNPQRSTVWY").ResultValue;
            await queue.ComputeAsync(
                Output.rep,
                new SequenceBatch([sequence], sequence.Length),
                "warm-up",
                stoppingToken
            );
            state.BecomeReady();
            Ready();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server was told to stop before it was ready.
        }
        catch (Exception fault)
        {
            Failed(fault);
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Ready")]
    private partial void Ready();

    [LoggerMessage(2, LogLevel.Critical, "The model cannot compute; the server stops")]
    private partial void Failed(Exception fault);
}
