using UniRep.Server.Hosting;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Routes;

/// <summary>The routes of probes: of Kubernetes, of text-embeddings-inference and of NVIDIA NIM.</summary>
internal static class HealthRoutes
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").OpenToAll().WithTags("Health");
        group
            .MapGet("/healthz", () => Results.Text("ok"))
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .WithSummary("Says that the server runs.");
        group
            .MapGet("/readyz", (ServerState state) => Text(state))
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Produces<string>(StatusCodes.Status503ServiceUnavailable, "text/plain")
            .WithSummary("Says whether the server takes requests: 200, or 503.");
        group
            .MapGet("/health", (ServerState state) => Text(state))
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Produces<string>(StatusCodes.Status503ServiceUnavailable, "text/plain")
            .WithSummary("Does the same for clients of text-embeddings-inference.");
        group
            .MapGet("/v1/health/live", () => Nim("Service is live.", "live", 200))
            .Produces<NimHealth>()
            .WithSummary("Says that the server runs, for clients of NVIDIA NIM.");
        group
            .MapGet(
                "/v1/health/ready",
                (ServerState state) =>
                    state.Phase == ServerPhase.Ready
                        ? Nim("Service is ready.", "ready", 200)
                        : Nim("Service is not ready.", Word(state), 503)
            )
            .Produces<NimHealth>()
            .Produces<NimHealth>(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Says whether the server takes requests, for clients of NVIDIA NIM.");
        return app;
    }

    private static IResult Text(ServerState state) =>
        Results.Text(
            Word(state),
            statusCode: state.Phase == ServerPhase.Ready
                ? StatusCodes.Status200OK
                : StatusCodes.Status503ServiceUnavailable
        );

    private static string Word(ServerState state) =>
        state.Phase switch
        {
            ServerPhase.Starting => "starting",
            ServerPhase.Ready => "ready",
            _ => "draining",
        };

    private static IResult Nim(string message, string status, int code) =>
        Results.Json(
            new NimHealth
            {
                Object = "health.response",
                Message = message,
                Status = status,
            },
            statusCode: code
        );
}
