using Microsoft.Extensions.Options;
using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Routes;

/// <summary>What the server is, as text-embeddings-inference says it: <c>GET /info</c>.</summary>
internal static class InfoRoutes
{
    public static IEndpointRouteBuilder MapInfo(this IEndpointRouteBuilder app)
    {
        app.MapGet("/info", Info)
            .ErrorsAs(ErrorShape.Tei)
            .WithTags("text-embeddings-inference")
            .Produces<InfoResponse>()
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
            new InfoResponse
            {
                ModelId = served.Name,
                ModelSha = served.Model.Fingerprint,
                ModelDtype = served.Model.Precision == "exact" ? "float32" : served.Model.Precision,
                ModelType = new() { Embedding = new() { Pooling = "mean" } },
                MaxConcurrentRequests = limits.MaxConnections,
                MaxInputLength = limits.MaxSequenceResidues,
                MaxBatchTokens = limits.MaxRequestResidues,
                MaxBatchRequests = queue.Statistics.MaximalLanes,
                MaxClientBatchSize = limits.MaxSequences,
                AutoTruncate = false,
                TokenizationWorkers = 1,
                Version = served.Version,
                Units = served.Units,
                Layers = served.Model.Shape.Layers,
            }
        );
    }
}
