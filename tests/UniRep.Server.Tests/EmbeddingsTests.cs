using System.Runtime.InteropServices;

namespace UniRep.Server.Tests;

/// <summary>POST /v1/embeddings.</summary>
public sealed class EmbeddingsTests
{
    private const string First = "MKTAYIAKQR";
    private const string Second = "MSKGEELFTGVVPILVELDG";

    private static Rep RepOf(string letters) =>
        ModelModule.represent(TestServer.Model, SequenceModule.parse(letters).ResultValue);

    private static string Body(string input, string more = "") =>
        $$"""{"model":"open-256","input":{{input}}{{more}}}""";

    [Fact]
    public async Task A_string_gives_one_average_vector_with_the_librarys_bits()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync("/v1/embeddings", Body($"\"{First}\""));
        var json = answer.Require(200).Json;
        Assert.Equal("list", json.GetProperty("object").GetString());
        Assert.Equal("open-256", json.GetProperty("model").GetString());
        Assert.Equal(10, json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(10, json.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        var item = Assert.Single(json.GetProperty("data").EnumerateArray());
        Assert.Equal("embedding", item.GetProperty("object").GetString());
        Assert.Equal(0, item.GetProperty("index").GetInt32());
        Assert.Equal(RepOf(First).Average, item.GetProperty("embedding").Numbers());
    }

    [Theory]
    [InlineData("average")]
    [InlineData("final")]
    [InlineData("cell")]
    [InlineData("fusion")]
    public async Task A_pooling_gives_its_vector(string pooling)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(
            "/v1/embeddings",
            Body($"[\"{First}\",\"{Second}\"]", $",\"pooling\":\"{pooling}\"")
        );
        var data = answer.Require(200).Json.GetProperty("data");
        float[] Expected(string letters) =>
            pooling switch
            {
                "average" => RepOf(letters).Average,
                "final" => RepOf(letters).Final,
                "cell" => RepOf(letters).Cell,
                _ => RepModule.fusion(RepOf(letters)),
            };
        Assert.Equal(Expected(First), data[0].GetProperty("embedding").Numbers());
        Assert.Equal(Expected(Second), data[1].GetProperty("embedding").Numbers());
    }

    [Fact]
    public async Task Base64_holds_little_endian_float32()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(
            "/v1/embeddings",
            Body($"\"{First}\"", ",\"encoding_format\":\"base64\"")
        );
        var bytes = answer
            .Require(200)
            .Json.GetProperty("data")[0]
            .GetProperty("embedding")
            .GetBytesFromBase64();
        Assert.Equal(RepOf(First).Average, MemoryMarshal.Cast<byte, float>(bytes).ToArray());
    }
}
