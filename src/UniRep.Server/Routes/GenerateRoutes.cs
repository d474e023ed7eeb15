using System.Text.Json;
using UniRep.Design;
using UniRep.Server.Computation;
using UniRep.Server.Observability;
using UniRep.Server.Requests;
using UniRep.Server.Responses;

namespace UniRep.Server.Routes;

/// <summary>The route of new sequences.</summary>
internal static class GenerateRoutes
{
    public static IEndpointRouteBuilder MapGenerate(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/generate", GenerateAsync)
            .Computes()
            .WithTags("UniRep")
            .Accepts<GenerateRequest>("application/json")
            .Produces(StatusCodes.Status200OK, contentType: LineStream.Lines)
            .WithSummary(
                "Samples new sequences, streamed as lines of JSON or as server-sent events by the header Accept."
            );
        return app;
    }

    private static async Task GenerateAsync(
        HttpContext context,
        JsonBody body,
        GenerateReader reader,
        ServedModel served,
        GenerationSlots slots
    )
    {
        var type = AcceptedType.Choose(context.Request, LineStream.Types);
        var request = await body.ReadAsync<GenerateRequest>(context);
        served.RequireIfGiven(request.Model);
        var sampled = Babble.sample(
            RunOptionsModule.cancelledBy(context.RequestAborted),
            served.Model,
            reader.Read(request)
        );
        if (sampled.IsError)
        {
            throw new UniRepException("NoHead", sampled.ErrorValue.Message);
        }

        using var slot = slots.Take();
        using var results = sampled.ResultValue.GetEnumerator();
        var stream = new LineStream(context, type);
        var (sequences, residues) = (0, 0L);
        while (await Task.Run(results.MoveNext))
        {
            var result = results.Current;
            await stream.SendAsync(json => Write(json, result));
            (sequences, residues) = (sequences + 1, residues + result.Sequence.Length);
            context.Info().Count(1, result.Sequence.Length);
        }

        await stream.SendAsync(json => WriteEnd(json, served, sequences, residues));
    }

    private static void Write(Utf8JsonWriter json, Babbled result)
    {
        json.WriteStartObject();
        json.WriteString("object", "generation");
        json.WriteNumber("index", result.Index);
        json.WriteString("sequence", result.Sequence.Letters);
        json.WriteNumber("length", result.Sequence.Length);
        json.WriteNumber("log_likelihood", result.LogLikelihood);
        json.WriteString("finish_reason", result.EndsByStop ? "stop" : "length");
        json.WriteEndObject();
    }

    /// <summary>The last object: a stream without it is not complete.</summary>
    private static void WriteEnd(
        Utf8JsonWriter json,
        ServedModel served,
        int sequences,
        long residues
    )
    {
        json.WriteStartObject();
        json.WriteString("object", "generation.end");
        json.WriteString("model", served.Name);
        json.WriteNumber("sequences", sequences);
        json.WriteNumber("residues", residues);
        json.WriteEndObject();
    }
}
