using System.Runtime.InteropServices;

namespace UniRep.Server.Tests;

/// <summary>POST /v1/embeddings.</summary>
public sealed class EmbeddingsTests
{
    [Fact]
    public async Task A_string_gives_one_average_vector_with_the_librarys_bits()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(
            "/v1/embeddings",
            Requests.Embeddings($"\"{Requests.First}\"")
        );
        var json = answer.Require(200).Json;
        Assert.Equal("list", json.GetProperty("object").GetString());
        Assert.Equal("open-256", json.GetProperty("model").GetString());
        Assert.Equal(10, json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(10, json.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        var item = Assert.Single(json.GetProperty("data").EnumerateArray());
        Assert.Equal("embedding", item.GetProperty("object").GetString());
        Assert.Equal(0, item.GetProperty("index").GetInt32());
        Assert.Equal(
            Requests.RepOf(Requests.First).Average,
            item.GetProperty("embedding").Numbers()
        );
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
            Requests.Embeddings(
                $"[\"{Requests.First}\",\"{Requests.Second}\"]",
                $",\"pooling\":\"{pooling}\""
            )
        );
        var data = answer.Require(200).Json.GetProperty("data");
        float[] Expected(string letters) =>
            pooling switch
            {
                "average" => Requests.RepOf(letters).Average,
                "final" => Requests.RepOf(letters).Final,
                "cell" => Requests.RepOf(letters).Cell,
                _ => RepModule.fusion(Requests.RepOf(letters)),
            };
        Assert.Equal(Expected(Requests.First), data[0].GetProperty("embedding").Numbers());
        Assert.Equal(Expected(Requests.Second), data[1].GetProperty("embedding").Numbers());
    }

    [Fact]
    public async Task Base64_holds_little_endian_float32()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(
            "/v1/embeddings",
            Requests.Embeddings($"\"{Requests.First}\"", ",\"encoding_format\":\"base64\"")
        );
        var bytes = answer
            .Require(200)
            .Json.GetProperty("data")[0]
            .GetProperty("embedding")
            .GetBytesFromBase64();
        Assert.Equal(
            Requests.RepOf(Requests.First).Average,
            MemoryMarshal.Cast<byte, float>(bytes).ToArray()
        );
    }

    [Fact]
    public async Task Per_residue_gives_a_state_for_each_residue()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(
            "/v1/embeddings",
            Requests.Embeddings($"\"{Requests.First}\"", ",\"per_residue\":true")
        );
        var rows = answer.Require(200).Json.GetProperty("data")[0].GetProperty("embedding");
        Assert.Equal(
            Requests.StatesOf(Requests.First),
            rows.EnumerateArray().Select(row => row.Numbers())
        );
    }

    [Fact]
    public async Task Per_residue_as_base64_gives_the_rows_one_after_another()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(
            "/v1/embeddings",
            Requests.Embeddings(
                $"\"{Requests.First}\"",
                ",\"per_residue\":true,\"encoding_format\":\"base64\""
            )
        );
        var bytes = answer
            .Require(200)
            .Json.GetProperty("data")[0]
            .GetProperty("embedding")
            .GetBytesFromBase64();
        Assert.Equal(
            Requests.StatesOf(Requests.First).SelectMany(row => row),
            MemoryMarshal.Cast<byte, float>(bytes).ToArray()
        );
    }

    [Fact]
    public async Task Dimensions_may_name_the_length_of_the_vector_and_no_other()
    {
        await using var server = await TestServer.StartAsync();
        Task<Answer> Ask(string more) =>
            server.PostAsync("/v1/embeddings", Requests.Embeddings($"\"{Requests.First}\"", more));
        (await Ask(",\"dimensions\":256,\"user\":\"someone\"")).Require(200);
        (await Ask(",\"dimensions\":768,\"pooling\":\"fusion\"")).Require(200);
        var error = (await Ask(",\"dimensions\":64")).RequireOpenAiError(400, "invalid_value");
        Assert.Equal("dimensions", error.GetProperty("param").GetString());
        Assert.Contains("256", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_loaded_model_is_listed_and_others_are_not_found()
    {
        await using var server = await TestServer.StartAsync();
        var models = (await server.GetAsync("/v1/models")).Require(200).Json;
        Assert.Equal("open-256", models.GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Equal(
            TestServer.Model.Fingerprint,
            models.GetProperty("data")[0].GetProperty("fingerprint").GetString()
        );
        (await server.GetAsync("/v1/models/open-256")).Require(200);
        (await server.GetAsync("/v1/models/gpt-4")).RequireOpenAiError(404, "model_not_found");
        var error = (
            await server.PostAsync("/v1/embeddings", """{"model":"paper-64","input":"MK"}""")
        ).RequireOpenAiError(404, "model_not_found");
        Assert.Equal("model", error.GetProperty("param").GetString());
        (await server.PostAsync("/v1/embeddings", """{"input":"MK"}""")).RequireOpenAiError(
            400,
            "missing_field"
        );
    }

    [Fact]
    public async Task A_letter_that_is_no_residue_is_named_by_sequence_and_position()
    {
        await using var server = await TestServer.StartAsync();
        var error = (
            await server.PostAsync("/v1/embeddings", Requests.Embeddings("""["MK","MK1A"]"""))
        ).RequireOpenAiError(422, "invalid_sequence");
        Assert.Equal("input", error.GetProperty("param").GetString());
        Assert.Equal(1, error.GetProperty("index").GetInt32());
        Assert.Equal(3, error.GetProperty("position").GetInt32());
    }

    [Theory]
    [InlineData("""{"model":"open-256","input":""}""", 422, "invalid_sequence")]
    [InlineData("""{"model":"open-256","input":[]}""", 400, "invalid_value")]
    [InlineData("""{"model":"open-256"}""", 400, "missing_field")]
    [InlineData("""{"model":"open-256","input":null}""", 400, "missing_field")]
    [InlineData("""{"model":"open-256","input":7}""", 400, "invalid_input")]
    [InlineData("""{"model":"open-256","input":[1,2]}""", 400, "invalid_input")]
    [InlineData("""{"model":"open-256","input":["MK",null]}""", 400, "invalid_input")]
    [InlineData("""{"model":"open-256","input":"\ud800"}""", 400, "invalid_input")]
    [InlineData("""{"model":"open-256","input":"mk"}""", 422, "invalid_sequence")]
    [InlineData("""{"model":"open-256","input":"MK","pooling":"max"}""", 400, "invalid_value")]
    [InlineData(
        """{"model":"open-256","input":"MK","pooling":"cell","per_residue":true}""",
        400,
        "invalid_value"
    )]
    [InlineData(
        """{"model":"open-256","input":"MK","encoding_format":"hex"}""",
        400,
        "invalid_value"
    )]
    [InlineData("""{"model":"open-256","input":"MK","dimension":256}""", 400, "invalid_json")]
    [InlineData("""{"model":"open-256","model":"x","input":"MK"}""", 400, "invalid_json")]
    [InlineData("""{"model":"open-256","input":"MK","dimensions":"9"}""", 400, "invalid_json")]
    [InlineData("""{"model":"open-256","input":"MK",""", 400, "invalid_json")]
    [InlineData("""{"model":"open-256","user":[[[[[[[[[[1]]]]]]]]]]}""", 400, "invalid_json")]
    [InlineData("null", 400, "invalid_json")]
    [InlineData("[]", 400, "invalid_json")]
    [InlineData("", 400, "invalid_json")]
    public async Task A_wrong_body_is_refused_with_the_reason(string body, int status, string code)
    {
        await using var server = await TestServer.StartAsync();
        (await server.PostAsync("/v1/embeddings", body)).RequireOpenAiError(status, code);
    }

    [Fact]
    public async Task A_wrong_method_or_media_type_is_refused_in_the_shape_of_the_route()
    {
        await using var server = await TestServer.StartAsync();
        var method = await server.GetAsync("/v1/embeddings");
        method.RequireOpenAiError(405, "method_not_allowed");
        Assert.Equal("POST", method.Header("Allow"));
        using var form = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings")
        {
            Content = new FormUrlEncodedContent([new("input", "MK")]),
        };
        (await server.SendAsync(form)).RequireOpenAiError(415, "unsupported_media_type");
        (await server.GetAsync("/nowhere")).RequireProblem(404, "not_found");
    }

    [Fact]
    public async Task Messages_quote_no_sequence()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(
            "/v1/embeddings",
            Requests.Embeddings($"\"{Requests.Second}7\"")
        );
        answer.RequireOpenAiError(422, "invalid_sequence");
        Assert.DoesNotContain("MSKGEE", answer.Text, StringComparison.Ordinal);
    }
}
