using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using UniRep.Server.Errors;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Routes;

/// <summary>The refusals of a route in the description of the API: their statuses, and the shape of their bodies.</summary>
internal static class RefusalDocumentation
{
    private static readonly Dictionary<int, string> Meanings = new()
    {
        [400] = "The request is malformed.",
        [401] = "The API key is missing or wrong.",
        [404] = "The server has another model.",
        [406] = "The server gives none of the media types that the header Accept names.",
        [408] = "The body came too slowly.",
        [413] = "The request is larger than the limits allow.",
        [415] = "The body is not JSON.",
        [422] =
            "A sequence has a character that is no residue; the error names index and position.",
        [429] = "The queue is full, or too many requests came.",
        [500] = "A fault of the server; its log has more.",
        [503] = "The server is stopping.",
        [504] = "The request took too long.",
    };

    private static readonly int[] OfComputation =
    [
        400,
        401,
        404,
        408,
        413,
        415,
        422,
        429,
        500,
        503,
        504,
    ];

    private static readonly int[] Temporary = [429, 503];

    public static async Task AddAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        IList<object> marks,
        CancellationToken cancellation
    )
    {
        var shape = marks.OfType<ErrorShapeMetadata>().LastOrDefault()?.Shape ?? ErrorShape.Problem;
        var content = new Dictionary<string, OpenApiMediaType>
        {
            [shape == ErrorShape.Problem ? "application/problem+json" : "application/json"] = new()
            {
                Schema = await SchemaAsync(context, BodyOf(shape), cancellation),
            },
        };
        var statuses = marks
            .OfType<RefusesMetadata>()
            .SelectMany(mark => mark.Statuses)
            .Concat(marks.Any(mark => mark is ComputesMetadata) ? OfComputation : [])
            .Concat(marks.Any(mark => mark is OpenToAllMetadata) ? [] : [401])
            .Distinct()
            .Order();
        operation.Responses ??= [];
        foreach (var status in statuses)
        {
            operation.Responses.TryAdd(
                $"{status}",
                new OpenApiResponse
                {
                    Description = Meanings[status],
                    Content = content,
                    Headers = Temporary.Contains(status) ? RetryAfter() : null,
                }
            );
        }
    }

    private static Type BodyOf(ErrorShape shape) =>
        shape switch
        {
            ErrorShape.OpenAi => typeof(OpenAiErrorBody),
            ErrorShape.Tei => typeof(TeiErrorBody),
            ErrorShape.OpenInference => typeof(InferenceErrorBody),
            _ => typeof(ProblemBody),
        };

    /// <summary>Gives a reference to the schema of a type, which the document then has once.</summary>
    private static async Task<IOpenApiSchema> SchemaAsync(
        OpenApiOperationTransformerContext context,
        Type type,
        CancellationToken cancellation
    )
    {
        var schema = await context.GetOrCreateSchemaAsync(type, null, cancellation);
        context.Document!.AddComponent(type.Name, schema);
        return new OpenApiSchemaReference(type.Name, context.Document);
    }

    private static Dictionary<string, IOpenApiHeader> RetryAfter() =>
        new()
        {
            ["Retry-After"] = new OpenApiHeader
            {
                Description = "After how many seconds to try again.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
            },
        };
}
