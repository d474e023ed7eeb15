using Microsoft.Extensions.Options;
using UniRep.Server.Errors;
using UniRep.Server.Routes;

namespace UniRep.Server.Hosting;

/// <summary>Counts the requests that compute, and refuses new ones while the server drains.</summary>
internal sealed class Admission(RequestDelegate next, ServerState state)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (state.Phase == ServerPhase.Draining && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<ComputesMetadata>() is null)
        {
            await next(context);
            return;
        }

        if (!state.TryAccept())
        {
            throw RequestException.Draining();
        }

        try
        {
            await next(context);
        }
        finally
        {
            state.Answered();
        }
    }
}

/// <summary>
/// Stops the server without losing a request: not ready, then waiting for what was accepted, then the ports are closed.
/// The host calls this before it stops Kestrel.
/// </summary>
internal sealed partial class Draining(
    ServerState state,
    IOptions<ServerOptions> options,
    ILogger<Draining> logger
) : IHostedLifecycleService
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.StartDraining();
        Started(state.Requests);
        var delay = Task.Delay(TimeSpan.FromSeconds(options.Value.DrainDelay), cancellationToken);
        while (
            !cancellationToken.IsCancellationRequested
            && (state.Requests > 0 || (state.Connections > 0 && !delay.IsCompleted))
        )
        {
            await Task.Delay(Step, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (state.Requests > 0)
        {
            GaveUp(state.Requests);
        }
        else
        {
            Done();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "Draining: {Requests} accepted requests to answer")]
    private partial void Started(int requests);

    [LoggerMessage(2, LogLevel.Information, "Drained: every accepted request is answered")]
    private partial void Done();

    [LoggerMessage(
        3,
        LogLevel.Error,
        "The time to drain is over (--drain-timeout): {Requests} accepted requests are not answered"
    )]
    private partial void GaveUp(int requests);
}
