using Google.Protobuf;
using Grpc.Core;
using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;
using UniRep.Server.Protocols;

namespace UniRep.Server.Inference;

/// <summary>The Open Inference Protocol over gRPC.</summary>
internal sealed class InferenceService(InferenceRun run, ServedModel served, ServerState state)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    private bool IsReady => state.Phase == ServerPhase.Ready;

    public override Task<ServerLiveResponse> ServerLive(
        ServerLiveRequest request,
        ServerCallContext context
    ) => Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerReadyResponse> ServerReady(
        ServerReadyRequest request,
        ServerCallContext context
    ) => Task.FromResult(new ServerReadyResponse { Ready = IsReady });

    public override Task<ModelReadyResponse> ModelReady(
        ModelReadyRequest request,
        ServerCallContext context
    )
    {
        run.Require(request.Name, request.Version);
        return Task.FromResult(new ModelReadyResponse { Ready = IsReady });
    }

    public override Task<ServerMetadataResponse> ServerMetadata(
        ServerMetadataRequest request,
        ServerCallContext context
    ) =>
        Task.FromResult(
            new ServerMetadataResponse { Name = InferenceRun.Platform, Version = served.Version }
        );

    public override Task<ModelMetadataResponse> ModelMetadata(
        ModelMetadataRequest request,
        ServerCallContext context
    )
    {
        run.Require(request.Name, request.Version);
        var response = new ModelMetadataResponse
        {
            Name = served.Name,
            Platform = InferenceRun.Platform,
            Versions = { run.Version },
            Inputs = { Describe(InferenceRun.Input, InferenceRun.InputType, [-1]) },
        };
        response.Outputs.AddRange(
            run.Outputs.Select(output =>
                Describe(output.Name, output.Datatype, output.Shape(-1, served.Units))
            )
        );
        return Task.FromResult(response);
    }

    public override async Task<ModelInferResponse> ModelInfer(
        ModelInferRequest request,
        ServerCallContext context
    )
    {
        run.Require(request.ModelName, request.ModelVersion);
        InferenceParameters.RequireKnown(request.Parameters.Keys);
        foreach (var output in request.Outputs)
        {
            InferenceParameters.RequireKnown(output.Parameters.Keys);
        }

        var texts = TextsOf(request);
        var tensors = await run.ComputeAsync(
            context.GetHttpContext(),
            texts,
            request.Outputs.Count == 0
                ? run.Outputs
                : [.. request.Outputs.Select(output => run.OutputOf(output.Name))],
            context.CancellationToken
        );
        return Answer(request, tensors);
    }

    private static IReadOnlyList<string> TextsOf(ModelInferRequest request)
    {
        InferenceRun.RequireOneInput(request.Inputs.Count);
        var input = request.Inputs[0];
        InferenceParameters.RequireKnown(input.Parameters.Keys);
        var count = InferenceRun.RequireInput(input.Name, input.Datatype, input.Shape);
        if (request.RawInputContents.Count > 0)
        {
            return request.RawInputContents.Count == 1 && input.Contents is null
                ? BytesTensor.Read(request.RawInputContents[0].Span, count)
                : throw RequestException.BadField(
                    "raw_input_contents",
                    "'raw_input_contents' must hold the bytes of the one input, whose 'contents' must then be absent."
                );
        }

        var elements = input.Contents?.BytesContents ?? [];
        InferenceRun.RequireCount(count, elements.Count);
        return [.. elements.Select(element => element.ToStringUtf8())];
    }

    /// <summary>Writes outputs as the input came: as raw bytes, or as lists of numbers.</summary>
    private ModelInferResponse Answer(
        ModelInferRequest request,
        IReadOnlyList<InferenceTensor> tensors
    )
    {
        var isRaw = request.RawInputContents.Count > 0;
        var response = new ModelInferResponse
        {
            ModelName = served.Name,
            ModelVersion = run.Version,
            Id = request.Id,
        };
        foreach (var tensor in tensors)
        {
            var output = new ModelInferResponse.Types.InferOutputTensor
            {
                Name = tensor.Output.Name,
                Datatype = tensor.Output.Datatype,
                Shape = { tensor.Shape },
            };
            response.Outputs.Add(output);
            if (isRaw)
            {
                response.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(tensor.ToBytes()));
            }
            else
            {
                output.Contents = ContentsOf(tensor);
            }
        }

        return response;
    }

    private static InferTensorContents ContentsOf(InferenceTensor tensor)
    {
        var contents = new InferTensorContents();
        for (var row = 0; row < tensor.Results.Count; row++)
        {
            if (tensor.Output.Pool is null)
            {
                contents.Fp64Contents.Add(tensor.Results[row].LogLikelihood);
            }
            else
            {
                contents.Fp32Contents.AddRange(tensor.Vector(row));
            }
        }

        return contents;
    }

    private static ModelMetadataResponse.Types.TensorMetadata Describe(
        string name,
        string datatype,
        IEnumerable<long> shape
    ) =>
        new()
        {
            Name = name,
            Datatype = datatype,
            Shape = { shape },
        };
}
