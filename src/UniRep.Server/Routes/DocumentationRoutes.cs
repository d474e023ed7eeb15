using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using UniRep.Server.Computation;
using UniRep.Server.Requests;

namespace UniRep.Server.Routes;

/// <summary>The description of the API: <c>/openapi/v1.json</c>, and a page of it at <c>/docs</c>.</summary>
internal static class DocumentationRoutes
{
    /// <summary>Allows the page's inline script and styles, and no other origin.</summary>
    private const string PagePolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

    private static readonly Dictionary<int, string> Refusals = new()
    {
        [400] = "The request is malformed.",
        [401] = "The API key is missing or wrong.",
        [404] = "The server has another model.",
        [413] = "The request is larger than the limits allow.",
        [415] = "The body is not JSON.",
        [422] =
            "A sequence has a character that is no residue; the error names index and position.",
        [429] = "The queue is full, or too many requests came; Retry-After says when to try again.",
        [503] = "The server is stopping; Retry-After says when to try again.",
        [504] = "The request took too long.",
    };

    public static IServiceCollection AddDocumentation(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            openApi =>
            {
                openApi.AddDocumentTransformer(
                    (document, context, _) =>
                    {
                        document.Info.Title = "UniRep";
                        document.Info.Version = context
                            .ApplicationServices.GetRequiredService<ServedModel>()
                            .Version;
                        document.Info.Description =
                            "Representations of protein sequences: vectors, states of residues and log-likelihoods.";
                        // Where it runs is known by who reads this; a name in it could be wrong behind a proxy.
                        document.Servers = [];
                        return Task.CompletedTask;
                    }
                );
                openApi.AddSchemaTransformer(Describe);
                openApi.AddOperationTransformer(AddRefusals);
            }
        );

    public static IEndpointRouteBuilder MapDocumentation(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi().OpenToAll();
        app.MapScalarApiReference("/docs", page => page.WithTitle("UniRep").DisableDefaultFonts())
            .OpenToAll()
            .AddEndpointFilter(
                async (call, next) =>
                {
                    call.HttpContext.Response.Headers.ContentSecurityPolicy = PagePolicy;
                    return await next(call);
                }
            );
        return app;
    }

    private static Task Describe(
        OpenApiSchema schema,
        OpenApiSchemaTransformerContext context,
        CancellationToken cancellation
    )
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(SequenceInput) || type == typeof(PoolingInput))
        {
            schema.Type = null;
            schema.AnyOf =
            [
                new OpenApiSchema { Type = JsonSchemaType.String },
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            ];
        }

        return Task.CompletedTask;
    }

    private static Task AddRefusals(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.Any(x => x is ComputesMetadata))
        {
            operation.Responses ??= [];
            foreach (var (status, what) in Refusals)
            {
                operation.Responses.TryAdd($"{status}", new OpenApiResponse { Description = what });
            }
        }

        return Task.CompletedTask;
    }
}
