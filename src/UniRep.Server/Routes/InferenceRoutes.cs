using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;
using UniRep.Server.Inference;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Routes;

/// <summary>The routes of the Open Inference Protocol, version 2, with the binary tensor extension.</summary>
internal static class InferenceRoutes
{
    public static IEndpointRouteBuilder MapInference(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v2")
            .ErrorsAs(ErrorShape.OpenInference)
            .WithTags("Open Inference Protocol");
        group
            .MapGet("", (ServedModel served) => ServerOf(served))
            .Produces<InferenceServer>()
            .WithSummary("Names the server, its version and its extensions.");
        group
            .MapGet("/health/live", () => Results.Json(new InferenceLive { Live = true }))
            .Produces<InferenceLive>()
            .OpenToAll()
            .WithSummary("Says that the server runs.");
        group
            .MapGet("/health/ready", (ServerState state) => ReadyOf(state, null))
            .Produces<InferenceReady>()
            .Produces<InferenceReady>(StatusCodes.Status503ServiceUnavailable)
            .OpenToAll()
            .WithSummary("Says whether the server takes requests: 200, or 503.");
        foreach (var place in new[] { "/models/{model}", "/models/{model}/versions/{version}" })
        {
            group
                .MapGet(place, ModelOf)
                .Produces<InferenceModel>()
                .Refuses(StatusCodes.Status404NotFound)
                .WithSummary("Describes the tensors that the model takes and gives.");
            group
                .MapGet($"{place}/ready", ModelReady)
                .Produces<InferenceModelReady>()
                .Produces<InferenceModelReady>(StatusCodes.Status503ServiceUnavailable)
                .Refuses(StatusCodes.Status404NotFound)
                .OpenToAll()
                .WithSummary("Says whether the model takes requests: 200, or 503.");
            group
                .MapPost($"{place}/infer", InferAsync)
                .Computes()
                .Accepts<InferenceRequest>("application/json", "application/octet-stream")
                .Produces<InferenceAnswerBody>()
                .GivesBytes("application/octet-stream")
                .WithSummary("Computes vectors and log-likelihoods of sequences.");
        }

        return app;
    }

    private static IResult ServerOf(ServedModel served) =>
        Results.Json(
            new InferenceServer
            {
                Name = InferenceRun.Platform,
                Version = served.Version,
                Extensions = [InferenceRun.BinaryExtension],
            }
        );

    private static IResult ReadyOf(ServerState state, string? name)
    {
        var ready = state.Phase == ServerPhase.Ready;
        return Results.Json(
            name is null
                ? (object)new InferenceReady { Ready = ready }
                : new InferenceModelReady { Name = name, Ready = ready },
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
    }

    private static IResult ModelOf(
        HttpContext context,
        string model,
        InferenceRun run,
        ServedModel served
    )
    {
        run.Require(model, VersionOf(context));
        return Results.Json(
            new InferenceModel
            {
                Name = served.Name,
                Versions = [run.Version],
                Platform = InferenceRun.Platform,
                Inputs =
                [
                    new()
                    {
                        Name = InferenceRun.Input,
                        Datatype = InferenceRun.InputType,
                        Shape = [-1],
                    },
                ],
                Outputs =
                [
                    .. run.Outputs.Select(output => new InferenceTensorShape
                    {
                        Name = output.Name,
                        Datatype = output.Datatype,
                        Shape = output.Shape(-1, served.Units),
                    }),
                ],
            }
        );
    }

    private static IResult ModelReady(
        HttpContext context,
        string model,
        InferenceRun run,
        ServerState state
    )
    {
        run.Require(model, VersionOf(context));
        return ReadyOf(state, model);
    }

    /// <summary>Gives the version of the path. As a parameter of the routes without one it would be read from the query.</summary>
    private static string? VersionOf(HttpContext context) =>
        context.GetRouteValue("version") as string;

    private static async Task InferAsync(
        HttpContext context,
        string model,
        InferenceBody body,
        InferenceRun run
    )
    {
        run.Require(model, VersionOf(context));
        var (request, texts) = await body.ReadAsync(context);
        var byDefault = InferenceParameters.Flag(request.Parameters, "binary_data_output") ?? false;
        var wanted = request.Outputs is { Count: > 0 } named
            ? named.Select(output => Wanted(run, output, byDefault)).ToList()
            : [.. run.Outputs.Select(output => (Output: output, IsBinary: byDefault))];
        var tensors = await run.ComputeAsync(
            context,
            texts,
            [.. wanted.Select(output => output.Output)],
            context.RequestAborted
        );
        await new InferenceResponse(
            model,
            run.Version,
            request.Id,
            [
                .. tensors.Zip(
                    wanted,
                    (tensor, output) => new InferenceAnswer(tensor, output.IsBinary)
                ),
            ]
        ).WriteAsync(context);
    }

    private static (InferenceOutput Output, bool IsBinary) Wanted(
        InferenceRun run,
        InferenceRequestOutput? output,
        bool byDefault
    )
    {
        InferenceParameters.RequireKnown(output?.Parameters?.Keys);
        return (
            run.OutputOf(output?.Name),
            InferenceParameters.Flag(output?.Parameters, "binary_data") ?? byDefault
        );
    }
}
