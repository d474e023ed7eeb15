using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using UniRep.Server.Computation;
using UniRep.Server.Requests;
using UniRep.Server.Responses.Bodies;
using UniRep.Server.Security;

namespace UniRep.Server.Routes;

/// <summary>The description of the API: <c>/openapi/v1.json</c>, and a page of it at <c>/docs</c>.</summary>
internal static class DocumentationRoutes
{
    /// <summary>Allows the page's inline script and styles, and no other origin.</summary>
    private const string PagePolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

    private const string BearerScheme = "bearer";
    private const string HeaderScheme = "header";

    public static IServiceCollection AddDocumentation(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            openApi =>
            {
                openApi.AddDocumentTransformer(DescribeServer);
                openApi.AddSchemaTransformer(Describe);
                openApi.AddOperationTransformer(DescribeOperation);
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

    private static Task DescribeServer(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellation
    )
    {
        var services = context.ApplicationServices;
        document.Info.Title = "UniRep";
        document.Info.Version = services.GetRequiredService<ServedModel>().Version;
        document.Info.Description =
            "Representations of protein sequences: vectors, states of residues and log-likelihoods.";
        // Where it runs is known by who reads this; a name in it could be wrong behind a proxy.
        document.Servers = [];
        if (services.GetRequiredService<ApiKeys>().AreRequired)
        {
            document.AddComponent(
                BearerScheme,
                new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "An API key.",
                }
            );
            document.AddComponent(
                HeaderScheme,
                new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey,
                    In = ParameterLocation.Header,
                    Name = KeyCheck.Header,
                    Description = "The same API key, for clients that cannot set the other header.",
                }
            );
        }

        return Task.CompletedTask;
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
            schema.AnyOf = [Text(), ArrayOf(Text())];
        }
        else if (type == typeof(EmbeddingValues))
        {
            schema.Type = null;
            schema.AnyOf = [ArrayOf(Number()), ArrayOf(ArrayOf(Number())), Text()];
        }
        else if (type == typeof(float))
        {
            // Anything that JSON.NET or a browser reads as a number is one; the schema of .NET's own reader is stricter.
            schema.Type = JsonSchemaType.Number;
            schema.Pattern = null;
        }

        return Task.CompletedTask;
    }

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Number() =>
        new() { Type = JsonSchemaType.Number, Format = "float" };

    private static OpenApiSchema ArrayOf(OpenApiSchema items) =>
        new() { Type = JsonSchemaType.Array, Items = items };

    private static async Task DescribeOperation(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        operation.OperationId = OperationNames.Of(
            context.Description.HttpMethod!,
            context.Description.RelativePath!
        );
        var marks = context.Description.ActionDescriptor.EndpointMetadata;
        if (
            !marks.Any(mark => mark is OpenToAllMetadata)
            && context.ApplicationServices.GetRequiredService<ApiKeys>().AreRequired
        )
        {
            operation.Security =
            [
                new() { [new(BearerScheme, context.Document)] = [] },
                new() { [new(HeaderScheme, context.Document)] = [] },
            ];
        }

        foreach (var type in marks.OfType<GivesBytesMetadata>().SelectMany(mark => mark.Types))
        {
            operation.Responses!["200"].Content![type] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
            };
        }

        await RefusalDocumentation.AddAsync(operation, context, marks, cancellation);
    }
}
