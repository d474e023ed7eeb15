using System.Text.Json;
using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Observability;
using UniRep.Server.Requests;
using UniRep.Server.Responses;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Routes;

/// <summary>What <c>POST /v1/embeddings</c> takes: OpenAI's fields, and two more.</summary>
public sealed record EmbeddingsRequest
{
    /// <summary>A sequence, or an array of sequences: upper-case letters.</summary>
    public SequenceInput? Input { get; init; }

    /// <summary>The name of the model that the server has loaded.</summary>
    public string? Model { get; init; }

    /// <summary><c>float</c> (the default) or <c>base64</c>: little-endian float32.</summary>
    public string? EncodingFormat { get; init; }

    /// <summary>The length of the vectors; nothing is cut off, so no other length than the model's is possible.</summary>
    public int? Dimensions { get; init; }

    /// <summary>A name of the caller's user; it is not used.</summary>
    public string? User { get; init; }

    /// <summary><c>average</c> (the default), <c>final</c>, <c>cell</c> or <c>fusion</c>.</summary>
    public string? Pooling { get; init; }

    /// <summary>Whether to give the hidden state after each residue instead of one vector.</summary>
    public bool? PerResidue { get; init; }
}

/// <summary>The routes in OpenAI's shape.</summary>
internal static class OpenAiRoutes
{
    public static IEndpointRouteBuilder MapOpenAi(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1").ErrorsAs(ErrorShape.OpenAi).WithTags("OpenAI");
        group
            .MapPost("/embeddings", EmbedAsync)
            .Computes()
            .Accepts<EmbeddingsRequest>("application/json")
            .Produces<EmbeddingsResponse>()
            .WithSummary("Computes a vector, or a state for each residue, of every sequence.");
        group
            .MapGet("/models", Models)
            .Produces<ModelsResponse>()
            .WithSummary("Lists the model that is loaded.");
        group
            .MapGet("/models/{model}", (string model, ServedModel served) => ModelOf(model, served))
            .Produces<ModelBody>()
            .Refuses(StatusCodes.Status404NotFound)
            .WithSummary("Describes the model that is loaded.");
        return app;
    }

    private static async Task EmbedAsync(
        HttpContext context,
        JsonBody body,
        SequenceReader reader,
        ServedModel served,
        EmbeddingQueue queue
    )
    {
        var request = await body.ReadAsync<EmbeddingsRequest>(context);
        served.Require(request.Model);
        var encoding = request.EncodingFormat ?? "float";
        if (encoding is not ("float" or "base64"))
        {
            throw RequestException.BadField(
                "encoding_format",
                "'encoding_format' must be float or base64."
            );
        }

        var perResidue = request.PerResidue ?? false;
        Pooling.RequireOneOf(request.Pooling, perResidue);

        var pool = Pooling.Parse(request.Pooling);
        var width = Pooling.Width(pool, served.Units);
        served.RequireDimensions(request.Dimensions, width);

        var batch = reader.Read(
            request.Input,
            "input",
            length => perResidue ? (long)length * width : width
        );
        var client = context.Info().Take(batch);
        if (perResidue)
        {
            var states = await queue.ComputeAsync(
                Output.hiddenStates,
                batch,
                client,
                context.RequestAborted
            );
            await WriteAsync(
                context,
                served,
                batch,
                states.Length,
                (response, i) => WriteStatesAsync(response, states[i], encoding)
            );
            return;
        }

        var reps = await queue.ComputeAsync(Output.rep, batch, client, context.RequestAborted);
        await WriteAsync(
            context,
            served,
            batch,
            reps.Length,
            (response, i) =>
            {
                Write(response.Json, Pooling.VectorOf(reps[i], pool), encoding);
                return response.SendAsync();
            }
        );
    }

    private static async Task WriteAsync(
        HttpContext context,
        ServedModel served,
        SequenceBatch batch,
        int count,
        Func<JsonResponse, int, ValueTask> writeEmbedding
    )
    {
        await using var response = new JsonResponse(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        for (var i = 0; i < count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", i);
            json.WritePropertyName("embedding");
            await writeEmbedding(response, i);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", served.Name);
        json.WriteUsage(batch);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<float> values, string encoding)
    {
        if (encoding == "base64")
        {
            Vectors.WriteBase64(json, values);
        }
        else
        {
            Vectors.WriteNumbers(json, values);
        }
    }

    private static async ValueTask WriteStatesAsync(
        JsonResponse response,
        float[,] states,
        string encoding
    )
    {
        if (encoding == "base64")
        {
            Vectors.WriteBase64(response.Json, Vectors.AfterResidues(states));
            await response.SendAsync();
            return;
        }

        await response.WriteRowsAsync(states);
    }

    private static IResult Models(ServedModel served) =>
        Results.Json(new ModelsResponse { Object = "list", Data = [Describe(served)] });

    private static IResult ModelOf(string model, ServedModel served)
    {
        served.Require(model);
        return Results.Json(Describe(served));
    }

    private static ModelBody Describe(ServedModel served) =>
        new()
        {
            Id = served.Name,
            Object = "model",
            Created = served.Since.ToUnixTimeSeconds(),
            OwnedBy = "unirep",
            License = served.Model.Card.License,
            Fingerprint = served.Model.Fingerprint,
            Units = served.Units,
            Layers = served.Model.Shape.Layers,
            Precision = served.Model.Precision,
        };
}
