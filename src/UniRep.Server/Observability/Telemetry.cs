using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace UniRep.Server.Observability;

/// <summary>Metrics for Prometheus; metrics and traces by OTLP where OpenTelemetry's standard variables say where to.</summary>
internal static class Telemetry
{
    private static readonly string[] Meters =
    [
        ServerMetrics.Name,
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.RateLimiting",
        "System.Runtime",
    ];

    public static IServiceCollection AddTelemetry(
        this IServiceCollection services,
        IConfiguration configuration,
        string version
    )
    {
        services.AddSingleton<ServerMetrics>();
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrEmpty(configuration["OTEL_SERVICE_NAME"]))
                {
                    resource.AddService("unirep", serviceVersion: version);
                }
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddPrometheusExporter();
                if (IsExported(configuration, "METRICS"))
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (IsExported(configuration, "TRACES"))
        {
            telemetry.WithTracing(traces =>
                traces.AddSource("Microsoft.AspNetCore", ServerMetrics.Name).AddOtlpExporter()
            );
        }

        return services;
    }

    private static bool IsExported(IConfiguration configuration, string signal) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])
        || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);
}
