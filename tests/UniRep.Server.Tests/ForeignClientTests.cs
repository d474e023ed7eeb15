using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Embeddings;

namespace UniRep.Server.Tests;

/// <summary>Clients that others wrote, unmodified.</summary>
public sealed class ForeignClientTests
{
    private static EmbeddingClient ClientOf(TestServer server) =>
        new OpenAIClient(
            new ApiKeyCredential("any"),
            new OpenAIClientOptions { Endpoint = new Uri(server.Address, "/v1") }
        ).GetEmbeddingClient("open-256");

    [Fact]
    public async Task The_OpenAI_package_reads_vectors_and_errors()
    {
        await using var server = await TestServer.StartAsync();
        var client = ClientOf(server);
        var cancellation = TestContext.Current.CancellationToken;
        var result = await client.GenerateEmbeddingsAsync(
            [Requests.First, Requests.Second],
            new OpenAI.Embeddings.EmbeddingGenerationOptions { EndUserId = "someone" },
            cancellation
        );
        Assert.Equal(Requests.RepOf(Requests.First).Average, result.Value[0].ToFloats().ToArray());
        Assert.Equal(Requests.RepOf(Requests.Second).Average, result.Value[1].ToFloats().ToArray());
        Assert.Equal(30, result.Value.Usage.InputTokenCount);
        Assert.Equal("open-256", result.Value.Model);
        var error = await Assert.ThrowsAsync<ClientResultException>(() =>
            client.GenerateEmbeddingAsync("MK1", cancellationToken: cancellation)
        );
        Assert.Equal(422, error.Status);
        Assert.Contains("position 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Microsoft_Extensions_AI_reads_vectors()
    {
        await using var server = await TestServer.StartAsync();
        using var generator = ClientOf(server).AsIEmbeddingGenerator();
        var result = await generator.GenerateAsync(
            [Requests.First],
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal(Requests.RepOf(Requests.First).Average, result[0].Vector.ToArray());
        Assert.Equal(10, result.Usage!.InputTokenCount);
    }
}
