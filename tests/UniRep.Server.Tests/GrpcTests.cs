using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using UniRep.Server.Protocols;
using static UniRep.Server.Tests.InferenceSamples;

namespace UniRep.Server.Tests;

/// <summary>The Open Inference Protocol over gRPC.</summary>
public sealed class GrpcTests
{
    [Fact]
    public async Task Without_the_option_there_is_no_gRPC()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Single(server.App.Urls);
        (await server.PostAsync("/inference.GRPCInferenceService/ServerLive", "{}")).Require(404);
    }

    [Fact]
    public async Task The_port_of_HTTP_serves_HTTP_beside_gRPC()
    {
        await using var client = await GrpcClient.StartAsync();
        (await client.Server.GetAsync("/healthz")).Require(200);
        (await client.Server.GetAsync("/v2")).Require(200);
    }

    [Fact]
    public async Task The_server_and_the_model_describe_themselves()
    {
        await using var client = await GrpcClient.StartAsync();
        var options = GrpcClient.Options();
        Assert.True((await client.Service.ServerLiveAsync(new(), options)).Live);
        Assert.True((await client.Service.ServerReadyAsync(new(), options)).Ready);
        var ready = new ModelReadyRequest { Name = "open-256", Version = Fingerprint };
        Assert.True((await client.Service.ModelReadyAsync(ready, options)).Ready);
        var server = await client.Service.ServerMetadataAsync(new(), options);
        Assert.Equal(("unirep", "test"), (server.Name, server.Version));
        var model = await client.Service.ModelMetadataAsync(new() { Name = "open-256" }, options);
        Assert.Equal("open-256", model.Name);
        Assert.Equal([Fingerprint], model.Versions);
        Assert.Equal("unirep", model.Platform);
        var input = Assert.Single(model.Inputs);
        Assert.Equal(("sequence", "BYTES"), (input.Name, input.Datatype));
        Assert.Equal([-1L], input.Shape);
        Assert.Equal(
            ["average", "final", "cell", "fusion", "log_likelihood"],
            model.Outputs.Select(output => output.Name)
        );
        Assert.Equal([-1L, 768L], model.Outputs[3].Shape);
        Assert.Equal("FP64", model.Outputs[4].Datatype);
    }

    [Fact]
    public async Task Lists_of_numbers_have_the_librarys_bits_and_those_of_HTTP()
    {
        await using var client = await GrpcClient.StartAsync();
        var response = await client.InferAsync(GrpcClient.Request(false, First, Second));
        Assert.Equal("open-256", response.ModelName);
        Assert.Equal(Fingerprint, response.ModelVersion);
        Assert.Equal("7", response.Id);
        Assert.Empty(response.RawOutputContents);
        var http = (
            await client.Server.PostAsync(Infer, Body($"[\"{First}\",\"{Second}\"]", "[2]"))
        )
            .Require(200)
            .Json;
        foreach (var output in response.Outputs.Take(4))
        {
            Assert.Equal("FP32", output.Datatype);
            Assert.Equal(VectorsOf(output.Name, First, Second), output.Contents.Fp32Contents);
            Assert.Equal(
                http.Output(output.Name).GetProperty("data").Numbers(),
                output.Contents.Fp32Contents
            );
        }

        Assert.Equal("log_likelihood", response.Outputs[4].Name);
        Assert.Equal([2L], response.Outputs[4].Shape);
        Assert.Equal(
            [LikelihoodOf(First), LikelihoodOf(Second)],
            response.Outputs[4].Contents.Fp64Contents
        );
    }

    [Fact]
    public async Task Raw_bytes_have_the_librarys_bits()
    {
        await using var client = await GrpcClient.StartAsync();
        var request = GrpcClient.Request(true, First, Second);
        request.Outputs.Add(
            new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "fusion" }
        );
        request.Outputs.Add(
            new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "log_likelihood" }
        );
        var response = await client.InferAsync(request);
        Assert.Equal(2, response.RawOutputContents.Count);
        Assert.All(response.Outputs, output => Assert.Null(output.Contents));
        Assert.Equal([2L, 768L], response.Outputs[0].Shape);
        Assert.Equal(
            VectorsOf("fusion", First, Second),
            Floats(response.RawOutputContents[0].Span)
        );
        Assert.Equal(
            [LikelihoodOf(First), LikelihoodOf(Second)],
            Doubles(response.RawOutputContents[1].Span)
        );
    }

    private static void Spoil(ModelInferRequest request, string how)
    {
        switch (how)
        {
            case "no input":
                request.Inputs.Clear();
                break;
            case "two inputs":
                request.Inputs.Add(request.Inputs[0].Clone());
                break;
            case "another input":
                request.Inputs[0].Name = "text";
                break;
            case "another type":
                request.Inputs[0].Datatype = "FP32";
                break;
            case "another shape":
                request.Inputs[0].Shape.Add(2);
                break;
            case "another count":
                request.Inputs[0].Shape[0] = 2;
                break;
            case "no contents":
                request.Inputs[0].Contents = null;
                break;
            case "contents twice":
                request.RawInputContents.Add(ByteString.CopyFrom(Bytes(First)));
                break;
            case "another output":
                request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor());
                break;
            case "another extension":
                request.Parameters.Add("classification", new InferParameter());
                break;
            default:
                request.Inputs[0].Contents.BytesContents[0] = ByteString.CopyFromUtf8("MK1");
                break;
        }
    }

    [Theory]
    [InlineData("no input", "invalid_value")]
    [InlineData("two inputs", "invalid_value")]
    [InlineData("another input", "invalid_value")]
    [InlineData("another type", "invalid_value")]
    [InlineData("another shape", "invalid_value")]
    [InlineData("another count", "invalid_value")]
    [InlineData("no contents", "invalid_value")]
    [InlineData("contents twice", "invalid_value")]
    [InlineData("another output", "invalid_value")]
    [InlineData("another extension", "invalid_value")]
    [InlineData("no residue", "invalid_sequence")]
    public async Task A_wrong_request_is_an_invalid_argument(string how, string code)
    {
        await using var client = await GrpcClient.StartAsync();
        var request = GrpcClient.Request(false, First);
        Spoil(request, how);
        var error = await client.RequireErrorAsync(StatusCode.InvalidArgument, request);
        Assert.NotEmpty(error.Status.Detail);
        Assert.Equal(code, error.Trailers.GetValue("error-code"));
    }

    [Fact]
    public async Task Another_model_or_version_is_not_found()
    {
        await using var client = await GrpcClient.StartAsync();
        var model = GrpcClient.Request(false, First);
        model.ModelName = "gpt-4";
        await client.RequireErrorAsync(StatusCode.NotFound, model);
        var version = GrpcClient.Request(false, First);
        version.ModelVersion = "1";
        await client.RequireErrorAsync(StatusCode.NotFound, version);
        var ready = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.Service.ModelReadyAsync(
                new ModelReadyRequest { Name = "gpt-4" },
                GrpcClient.Options()
            )
        );
        Assert.Equal(StatusCode.NotFound, ready.StatusCode);
    }

    [Fact]
    public async Task Compressed_messages_are_refused()
    {
        await using var client = await GrpcClient.StartAsync();
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.Service.ModelInferAsync(
                GrpcClient.Request(false, First),
                headers,
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Fact]
    public async Task A_message_that_is_no_protobuf_is_refused()
    {
        await using var client = await GrpcClient.StartAsync();
        using var http = new HttpClient
        {
            BaseAddress = new Uri(client.Server.App.Urls.Last()),
            DefaultRequestVersion = System.Net.HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var content = new ByteArrayContent([0, 0, 0, 0, 2, 0xFF, 0xFF]);
        content.Headers.ContentType = new("application/grpc");
        using var response = await http.PostAsync(
            "/inference.GRPCInferenceService/ModelInfer",
            content,
            TestContext.Current.CancellationToken
        );
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var status = response
            .Headers.Concat(response.TrailingHeaders)
            .First(header => header.Key == "grpc-status");
        Assert.NotEqual("0", Assert.Single(status.Value));
    }

    [Fact]
    public void An_address_that_is_none_is_named()
    {
        var error = Assert.Throws<InvalidDataException>(() =>
            Hosting.UniRepServer.Build(TestServer.Model, "test", ["--grpc-urls", "8081"])
        );
        Assert.Contains("--grpc-urls", error.Message, StringComparison.Ordinal);
    }
}
