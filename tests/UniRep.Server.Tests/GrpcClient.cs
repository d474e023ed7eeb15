using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using UniRep.Server.Protocols;

namespace UniRep.Server.Tests;

/// <summary>A server that speaks gRPC on a port of its own, and a client generated from the protocol.</summary>
internal sealed class GrpcClient : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private GrpcClient(TestServer server)
    {
        Server = server;
        _channel = GrpcChannel.ForAddress(server.App.Urls.Last());
        Service = new GRPCInferenceService.GRPCInferenceServiceClient(_channel);
    }

    public TestServer Server { get; }

    public GRPCInferenceService.GRPCInferenceServiceClient Service { get; }

    public static async Task<GrpcClient> StartAsync(params string[] options)
    {
        var server = await TestServer.StartAsync(["--grpc-urls", "http://127.0.0.1:0", .. options]);
        Assert.Equal(2, server.App.Urls.Count);
        return new GrpcClient(server);
    }

    /// <summary>Asks for all outputs of sequences, with raw bytes or with a list.</summary>
    public static ModelInferRequest Request(bool raw, params string[] letters)
    {
        var request = new ModelInferRequest { ModelName = "open-256", Id = "7" };
        var input = new ModelInferRequest.Types.InferInputTensor
        {
            Name = "sequence",
            Datatype = "BYTES",
            Shape = { letters.Length },
        };
        request.Inputs.Add(input);
        if (raw)
        {
            request.RawInputContents.Add(ByteString.CopyFrom(InferenceSamples.Bytes(letters)));
        }
        else
        {
            input.Contents = new InferTensorContents();
            input.Contents.BytesContents.AddRange(letters.Select(ByteString.CopyFromUtf8));
        }

        return request;
    }

    /// <summary>A call's options, with a key if there is one.</summary>
    public static CallOptions Options(string? key = null) =>
        new(
            key is null ? null : new Metadata { { "authorization", $"Bearer {key}" } },
            cancellationToken: TestContext.Current.CancellationToken
        );

    public async Task<ModelInferResponse> InferAsync(
        ModelInferRequest request,
        string? key = null
    ) => await Service.ModelInferAsync(request, Options(key));

    /// <summary>Requires that an inference is refused.</summary>
    public async Task<RpcException> RequireErrorAsync(
        StatusCode status,
        ModelInferRequest request,
        string? key = null
    )
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => InferAsync(request, key));
        Assert.True(
            error.StatusCode == status,
            $"{error.StatusCode} instead of {status}: {error.Status.Detail}"
        );
        return error;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Server.DisposeAsync();
    }
}
