using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Observability;
using UniRep.Server.Requests;
using UniRep.Server.Responses;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Routes;

/// <summary>What <c>POST /embed</c> and <c>POST /embed_all</c> take.</summary>
public record TeiEmbedRequest
{
    /// <summary>A sequence, or an array of sequences: upper-case letters.</summary>
    public SequenceInput? Inputs { get; init; }

    /// <summary>Whether sequences that are too long may be cut; they are refused instead, so this changes nothing.</summary>
    public bool? Truncate { get; init; }

    /// <summary>The end to cut; it changes nothing.</summary>
    public string? TruncationDirection { get; init; }

    /// <summary>A prompt of sentence transformers; there are none here, so only null is taken.</summary>
    public string? PromptName { get; init; }

    /// <summary>The length of the vectors: no other than the model's is possible.</summary>
    public int? Dimensions { get; init; }
}

/// <summary>What <c>POST /embed</c> takes besides.</summary>
public sealed record TeiPooledRequest : TeiEmbedRequest
{
    /// <summary>Whether vectors are scaled to length 1; true unless it is set, as in text-embeddings-inference.</summary>
    public bool? Normalize { get; init; }
}

/// <summary>What <c>POST /tokenize</c> takes.</summary>
public sealed record TeiTokenizeRequest
{
    /// <summary>A sequence, or an array of sequences: upper-case letters.</summary>
    public SequenceInput? Inputs { get; init; }

    /// <summary>Whether start and stop are listed; true unless it is set.</summary>
    public bool? AddSpecialTokens { get; init; }

    /// <summary>A prompt of sentence transformers; there are none here, so only null is taken.</summary>
    public string? PromptName { get; init; }
}

/// <summary>The routes of text-embeddings-inference.</summary>
internal static class TeiRoutes
{
    public static IEndpointRouteBuilder MapTei(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").ErrorsAs(ErrorShape.Tei).WithTags("text-embeddings-inference");
        group
            .MapPost("/embed", EmbedAsync)
            .Computes()
            .Accepts<TeiPooledRequest>("application/json")
            .Produces<float[][]>()
            .WithSummary(
                "Computes the average vector of every sequence, of length 1 unless `normalize` is false."
            );
        group
            .MapPost("/embed_all", EmbedAllAsync)
            .Computes()
            .Accepts<TeiEmbedRequest>("application/json")
            .Produces<float[][][]>()
            .WithSummary("Computes the hidden state after each residue of every sequence.");
        group
            .MapPost("/tokenize", TokenizeAsync)
            .Computes()
            .Accepts<TeiTokenizeRequest>("application/json")
            .Produces<TeiToken[][]>()
            .WithSummary("Lists the tokens of every sequence.");
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
        var request = await body.ReadAsync<TeiPooledRequest>(context);
        Check(request, served);
        var batch = reader.Read(request.Inputs, "inputs", _ => served.Units);
        var reps = await queue.ComputeAsync(
            Output.rep,
            batch,
            context.Info().Take(batch),
            context.RequestAborted
        );
        await using var response = new JsonResponse(context);
        response.Json.WriteStartArray();
        foreach (var rep in reps)
        {
            Vectors.WriteNumbers(
                response.Json,
                request.Normalize ?? true ? Vectors.OfLengthOne(rep.Average) : rep.Average
            );
            await response.SendAsync();
        }

        response.Json.WriteEndArray();
    }

    private static async Task EmbedAllAsync(
        HttpContext context,
        JsonBody body,
        SequenceReader reader,
        ServedModel served,
        EmbeddingQueue queue
    )
    {
        var request = await body.ReadAsync<TeiEmbedRequest>(context);
        Check(request, served);
        var batch = reader.Read(request.Inputs, "inputs", length => (long)length * served.Units);
        var states = await queue.ComputeAsync(
            Output.hiddenStates,
            batch,
            context.Info().Take(batch),
            context.RequestAborted
        );
        await using var response = new JsonResponse(context);
        response.Json.WriteStartArray();
        foreach (var table in states)
        {
            await response.WriteRowsAsync(table);
        }

        response.Json.WriteEndArray();
    }

    private static async Task TokenizeAsync(
        HttpContext context,
        JsonBody body,
        SequenceReader reader
    )
    {
        var request = await body.ReadAsync<TeiTokenizeRequest>(context);
        RequireNoPrompt(request.PromptName);
        var batch = reader.Read(request.Inputs, "inputs", length => length + 2);
        context.Info().Take(batch);
        var areSpecial = request.AddSpecialTokens ?? true;
        await using var response = new JsonResponse(context);
        response.Json.WriteStartArray();
        foreach (var sequence in batch.Sequences)
        {
            response.Json.WriteStartArray();
            WriteSpecial(response, areSpecial, Residue.start);
            for (var i = 0; i < sequence.Length; i++)
            {
                WriteToken(response, sequence.Tokens.Span[i], sequence.Letters[i], i);
                await response.SendAsync();
            }

            WriteSpecial(response, areSpecial, Residue.stop);
            response.Json.WriteEndArray();
        }

        response.Json.WriteEndArray();
    }

    private static void Check(TeiEmbedRequest request, ServedModel served)
    {
        RequireNoPrompt(request.PromptName);
        served.RequireDimensions(request.Dimensions, served.Units);
    }

    private static void RequireNoPrompt(string? name)
    {
        if (name is not null)
        {
            throw RequestException.BadField(
                "prompt_name",
                "'prompt_name' must be null: sequences have no prompts."
            );
        }
    }

    private static void WriteSpecial(JsonResponse response, bool isWanted, byte token)
    {
        if (isWanted)
        {
            WriteToken(response, token, Residue.letter(token), null);
        }
    }

    private static void WriteToken(JsonResponse response, byte token, char text, int? place)
    {
        var json = response.Json;
        json.WriteStartObject();
        json.WriteNumber("id", token);
        json.WriteString("text", [text]);
        json.WriteBoolean("special", place is null);
        if (place is { } start)
        {
            json.WriteNumber("start", start);
            json.WriteNumber("stop", start + 1);
        }
        else
        {
            json.WriteNull("start");
            json.WriteNull("stop");
        }

        json.WriteEndObject();
    }
}
