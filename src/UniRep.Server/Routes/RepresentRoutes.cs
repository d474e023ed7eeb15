using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Observability;
using UniRep.Server.Requests;
using UniRep.Server.Responses;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Routes;

/// <summary>What <c>POST /v1/represent</c> takes.</summary>
public sealed record RepresentRequest
{
    /// <summary>A sequence, or an array of sequences: upper-case letters.</summary>
    public SequenceInput? Input { get; init; }

    /// <summary>An id of each sequence; the numbers from 1 unless it is set.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>The name of the model; the one that is loaded unless it is set.</summary>
    public string? Model { get; init; }

    /// <summary>One of <c>average</c>, <c>final</c>, <c>cell</c>, <c>fusion</c>, or an array of them; average, final and cell
    /// unless it is set, or the average alone where the format holds one array.</summary>
    public PoolingInput? Pooling { get; init; }

    /// <summary>Whether to give the hidden state after each residue instead.</summary>
    public bool? PerResidue { get; init; }
}

/// <summary>Representations in the format that the header Accept asks for.</summary>
internal static class RepresentRoutes
{
    public static IEndpointRouteBuilder MapRepresent(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/represent", RepresentAsync)
            .Computes()
            .WithTags("UniRep")
            .Accepts<RepresentRequest>("application/json")
            .Produces<RepresentResponse>()
            .GivesBytes(RepresentFormat.Npy, RepresentFormat.Npz, RepresentFormat.Arrow)
            .Refuses(StatusCodes.Status406NotAcceptable)
            .WithSummary(
                "Computes representations, as JSON, npy, npz or Arrow by the header Accept."
            );
        return app;
    }

    private static async Task RepresentAsync(
        HttpContext context,
        JsonBody body,
        SequenceReader reader,
        ServedModel served,
        EmbeddingQueue queue
    )
    {
        var format = RepresentFormat.Choose(context.Request);
        var request = await body.ReadAsync<RepresentRequest>(context);
        served.RequireIfGiven(request.Model);
        var content = ContentOf(request, format);
        var width = content.Pools.Sum(pool => Pooling.Width(pool, served.Units));
        var batch = reader.Read(
            request.Input,
            "input",
            length => content.IsPerResidue ? (long)length * served.Units : width
        );
        var ids = IdsOf(request, batch.Sequences.Length);
        var client = context.Info().Take(batch);
        var results = content.IsPerResidue
            ? Represented.Of(
                ids,
                batch,
                await queue.ComputeAsync(Output.hiddenStates, batch, client, context.RequestAborted)
            )
            : Represented.Of(
                ids,
                batch,
                await queue.ComputeAsync(Output.rep, batch, client, context.RequestAborted)
            );
        await (
            format switch
            {
                RepresentFormat.Json => RepresentJson.WriteAsync(context, served, content, results),
                RepresentFormat.Arrow => ArrowStream.WriteAsync(context, served, content, results),
                _ => ArrayFile.WriteAsync(context, served, content, results, format),
            }
        );
    }

    private static RepresentContent ContentOf(RepresentRequest request, string format)
    {
        var isOneArray = format == RepresentFormat.Npy;
        var perResidue = request.PerResidue ?? false;
        Pooling.RequireOneOf(request.Pooling, perResidue);
        if (perResidue)
        {
            return isOneArray
                ? throw RequestException.BadField(
                    "per_residue",
                    $"One npy array cannot hold the states of several sequences: ask for {RepresentFormat.Npz}."
                )
                : new RepresentContent([], true);
        }

        var pools =
            request.Pooling?.Words.Select(Pooling.Parse).ToList()
            ?? (isOneArray ? [Pool.Average] : [Pool.Average, Pool.Final, Pool.Cell]);
        return pools.Count == 0 || pools.Distinct().Count() < pools.Count
                ? throw RequestException.BadField(
                    "pooling",
                    "'pooling' must name one vector at least, and each only once."
                )
            : isOneArray && pools.Count > 1
                ? throw RequestException.BadField(
                    "pooling",
                    $"An npy array holds one vector of each sequence: name one, or ask for {RepresentFormat.Npz}."
                )
            : new RepresentContent(pools, false);
    }

    private static IReadOnlyList<string> IdsOf(RepresentRequest request, int count) =>
        request.Ids is null ? [.. Enumerable.Range(1, count).Select(number => $"{number}")]
        : request.Ids.Count == count ? request.Ids
        : throw RequestException.BadField(
            "ids",
            $"'ids' has {request.Ids.Count} entries for {count} sequences."
        );
}
