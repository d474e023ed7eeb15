using UniRep.Design;
using UniRep.Server.Computation;
using UniRep.Server.Observability;
using UniRep.Server.Requests;
using UniRep.Server.Responses;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Routes;

/// <summary>What <c>POST /v1/scores</c> takes.</summary>
public sealed record ScoresRequest
{
    /// <summary>A sequence, or an array of sequences: upper-case letters.</summary>
    public SequenceInput? Input { get; init; }

    /// <summary>The name of the model; the one that is loaded unless it is set.</summary>
    public string? Model { get; init; }

    /// <summary>Whether to give the log-probability of each residue too.</summary>
    public bool? PerResidue { get; init; }
}

/// <summary>The route of log-likelihoods.</summary>
internal static class ScoreRoutes
{
    public static IEndpointRouteBuilder MapScores(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/scores", ScoreAsync)
            .Computes()
            .WithTags("UniRep")
            .Accepts<ScoresRequest>("application/json")
            .Produces<ScoresResponse>()
            .WithSummary("Computes the log-likelihood of every sequence, in nats.");
        return app;
    }

    private static async Task ScoreAsync(
        HttpContext context,
        JsonBody body,
        SequenceReader reader,
        ServedModel served,
        EmbeddingQueue queue,
        GenerationSlots slots
    )
    {
        var request = await body.ReadAsync<ScoresRequest>(context);
        served.RequireIfGiven(request.Model);
        var perResidue = request.PerResidue ?? false;
        var batch = reader.Read(request.Input, "input", length => perResidue ? length + 2 : 2);
        var client = context.Info().Take(batch);
        var terms = served.Model.Direction.IsForward
            ? await queue.ComputeAsync(Output.logLikelihoods, batch, client, context.RequestAborted)
            : await ReadAsTrainedAsync(served.Model, batch, slots, context.RequestAborted);
        await using var response = new JsonResponse(context);
        response.Json.WriteStartObject();
        response.Json.WriteString("object", "list");
        response.Json.WriteStartArray("data");
        for (var i = 0; i < terms.Length; i++)
        {
            Write(response, i, terms[i], perResidue);
            await response.SendAsync();
        }

        response.Json.WriteEndArray();
        response.Json.WriteString("model", served.Name);
        response.Json.WriteUsage(batch);
        response.Json.WriteEndObject();
    }

    /// <summary>Computes the terms of a model that was not trained to read forward alone, as `unirep score` does: read in both
    /// directions, each is the mean of two. The batch that requests share reads forward, so this is a run of its own.</summary>
    private static async Task<double[][]> ReadAsTrainedAsync(
        Model model,
        SequenceBatch batch,
        GenerationSlots slots,
        CancellationToken cancellation
    )
    {
        using var slot = slots.Take();
        return await Task.Run(
            () =>
                LikelihoodModule
                    .many(
                        model.Direction,
                        RunOptionsModule.cancelledBy(cancellation),
                        model,
                        batch.Sequences
                    )
                    .Select(likelihood => likelihood.Terms)
                    .ToArray(),
            cancellation
        );
    }

    private static void Write(JsonResponse response, int index, double[] terms, bool perResidue)
    {
        var json = response.Json;
        json.WriteStartObject();
        json.WriteString("object", "score");
        json.WriteNumber("index", index);
        json.WriteNumber("length", terms.Length - 1);
        json.WriteNumber("log_likelihood", Sum(terms));
        json.WriteNumber("log_likelihood_without_stop", Sum(terms.AsSpan(..^1)));
        if (perResidue)
        {
            json.WriteStartArray("residues");
            foreach (var term in terms.AsSpan(..^1))
            {
                json.WriteNumberValue(term);
            }

            json.WriteEndArray();
            json.WriteNumber("stop", terms[^1]);
        }

        json.WriteEndObject();
    }

    /// <summary>Adds in the order of the sequence, as the library does: the sum has its bits.</summary>
    private static double Sum(ReadOnlySpan<double> terms)
    {
        var sum = 0.0;
        foreach (var term in terms)
        {
            sum += term;
        }

        return sum;
    }
}
