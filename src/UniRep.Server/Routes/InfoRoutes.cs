using Microsoft.Extensions.Options;
using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;

namespace UniRep.Server.Routes;

/// <summary>What the server is, as text-embeddings-inference says it: <c>GET /info</c>.</summary>
internal static class InfoRoutes
{
    public static IEndpointRouteBuilder MapInfo(this IEndpointRouteBuilder app)
    {
        app.MapGet("/info", Info)
            .ErrorsAs(ErrorShape.Tei)
            .WithTags("text-embeddings-inference")
            .WithSummary("Describes the model and the limits.");
        return app;
    }

    private static IResult Info(
        ServedModel served,
        EmbeddingQueue queue,
        IOptions<ServerOptions> options
    )
    {
        var limits = options.Value;
        return Results.Json(
            new
            {
                model_id = served.Name,
                model_sha = served.Model.Fingerprint,
                model_dtype = served.Model.Precision == "exact"
                    ? "float32"
                    : served.Model.Precision,
                model_type = new { embedding = new { pooling = "mean" } },
                max_concurrent_requests = limits.MaxConnections,
                max_input_length = limits.MaxSequenceResidues,
                max_batch_tokens = limits.MaxRequestResidues,
                max_batch_requests = queue.Statistics.MaximalLanes,
                max_client_batch_size = limits.MaxSequences,
                auto_truncate = false,
                tokenization_workers = 1,
                version = served.Version,
                units = served.Units,
                layers = served.Model.Shape.Layers,
            }
        );
    }
}
