using System.Text.Json;

namespace UniRep.Server.Tests;

/// <summary>The routes of text-embeddings-inference.</summary>
public sealed class TeiTests
{
    [Fact]
    public async Task Embed_gives_average_vectors_of_length_one_unless_told_otherwise()
    {
        await using var server = await TestServer.StartAsync();
        var inputs = Requests.Array(Requests.First, Requests.Second);
        var raw = (
            await server.PostAsync("/embed", $$"""{"inputs":{{inputs}},"normalize":false}""")
        )
            .Require(200)
            .Json;
        Assert.Equal(Requests.RepOf(Requests.First).Average, raw[0].Numbers());
        Assert.Equal(Requests.RepOf(Requests.Second).Average, raw[1].Numbers());
        var scaled = (
            await server.PostAsync(
                "/embed",
                $$"""{"inputs":"{{Requests.First}}","truncate":true}"""
            )
        )
            .Require(200)
            .Json;
        Assert.Equal(1, scaled.GetArrayLength());
        Assert.Equal(1, scaled[0].Numbers().Sum(value => (double)value * value), 1e-6);
    }

    [Fact]
    public async Task Embed_all_gives_a_state_for_each_residue()
    {
        await using var server = await TestServer.StartAsync();
        var json = (await server.PostAsync("/embed_all", $$"""{"inputs":["{{Requests.First}}"]}"""))
            .Require(200)
            .Json;
        Assert.Equal(
            Requests.StatesOf(Requests.First),
            json[0].EnumerateArray().Select(row => row.Numbers())
        );
    }

    [Fact]
    public async Task Tokenize_lists_tokens_with_their_places()
    {
        await using var server = await TestServer.StartAsync();
        var tokens = (await server.PostAsync("/tokenize", """{"inputs":"MK"}""")).Require(200).Json[
            0
        ];
        Assert.Equal(
            [24, 1, 4, 25],
            tokens.EnumerateArray().Select(token => token.GetProperty("id").GetInt32())
        );
        Assert.Equal("M", tokens[1].GetProperty("text").GetString());
        Assert.Equal(0, tokens[1].GetProperty("start").GetInt32());
        Assert.Equal(2, tokens[2].GetProperty("stop").GetInt32());
        Assert.True(tokens[0].GetProperty("special").GetBoolean());
        Assert.Equal(JsonValueKind.Null, tokens[3].GetProperty("start").ValueKind);
        var plain = (
            await server.PostAsync("/tokenize", """{"inputs":["MK"],"add_special_tokens":false}""")
        )
            .Require(200)
            .Json;
        Assert.Equal(2, plain[0].GetArrayLength());
    }

    [Fact]
    public async Task Info_describes_the_model_and_the_limits()
    {
        await using var server = await TestServer.StartAsync("--max-sequences", "7");
        var info = (await server.GetAsync("/info")).Require(200).Json;
        Assert.Equal("open-256", info.GetProperty("model_id").GetString());
        Assert.Equal(7, info.GetProperty("max_client_batch_size").GetInt32());
        Assert.Equal("float32", info.GetProperty("model_dtype").GetString());
        Assert.False(info.GetProperty("auto_truncate").GetBoolean());
        Assert.Equal("test", info.GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("/embed", """{"inputs":"M1"}""", 422, "Tokenizer")]
    [InlineData("/embed", """{"inputs":[]}""", 400, "Validation")]
    [InlineData("/embed", """{"inputs":["M","K","M"]}""", 413, "Validation")]
    [InlineData("/embed", """{"inputs":"M","dimensions":3}""", 400, "Validation")]
    [InlineData("/embed_all", """{"inputs":"M","prompt_name":"query"}""", 400, "Validation")]
    [InlineData("/tokenize", """{"input":"M"}""", 400, "Validation")]
    public async Task Errors_have_the_shape_of_these_routes(
        string route,
        string body,
        int status,
        string type
    )
    {
        await using var server = await TestServer.StartAsync("--max-sequences", "2");
        var json = (await server.PostAsync(route, body)).Require(status).Json;
        Assert.Equal(type, json.GetProperty("error_type").GetString());
        Assert.NotEmpty(json.GetProperty("error").GetString()!);
    }
}
