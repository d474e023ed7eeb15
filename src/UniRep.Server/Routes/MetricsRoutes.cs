using OpenTelemetry.Metrics;

namespace UniRep.Server.Routes;

/// <summary>The route of metrics.</summary>
internal static class MetricsRoutes
{
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder app)
    {
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }
}
