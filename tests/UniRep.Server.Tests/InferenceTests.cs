using System.Text;
using static UniRep.Server.Tests.InferenceSamples;

namespace UniRep.Server.Tests;

/// <summary>The Open Inference Protocol over HTTP, with JSON.</summary>
public sealed class InferenceTests
{
    [Fact]
    public async Task The_server_names_itself_and_its_extension()
    {
        await using var server = await TestServer.StartAsync();
        var json = (await server.GetAsync("/v2")).Require(200).Json;
        Assert.Equal("unirep", json.GetProperty("name").GetString());
        Assert.Equal("test", json.GetProperty("version").GetString());
        Assert.Equal(
            ["binary_tensor_data"],
            json.GetProperty("extensions").EnumerateArray().Select(name => name.GetString())
        );
    }

    [Fact]
    public async Task Probes_answer_live_and_ready()
    {
        await using var server = await TestServer.StartAsync();
        var live = (await server.GetAsync("/v2/health/live")).Require(200).Json;
        Assert.True(live.GetProperty("live").GetBoolean());
        var ready = (await server.GetAsync("/v2/health/ready")).Require(200).Json;
        Assert.True(ready.GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task A_draining_server_is_not_ready_and_refuses_inference()
    {
        await using var server = await TestServer.StartAsync();
        server.State.StartDraining();
        (await server.GetAsync("/v2/health/live")).Require(200);
        var ready = (await server.GetAsync("/v2/health/ready")).Require(503).Json;
        Assert.False(ready.GetProperty("ready").GetBoolean());
        (await server.GetAsync("/v2/models/open-256/ready")).Require(503);
        var answer = await server.PostAsync(Infer, Body($"[\"{First}\"]", "[1]"));
        answer.RequireInferenceError(503);
        Assert.Equal("5", answer.Header("Retry-After"));
    }

    [Fact]
    public async Task A_model_is_described_and_ready_with_and_without_its_version()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var place in new[] { "", $"/versions/{Fingerprint}" })
        {
            var json = (await server.GetAsync($"/v2/models/open-256{place}")).Require(200).Json;
            Assert.Equal("open-256", json.GetProperty("name").GetString());
            Assert.Equal(Fingerprint, json.GetProperty("versions")[0].GetString());
            Assert.Equal("unirep", json.GetProperty("platform").GetString());
            var input = Assert.Single(json.GetProperty("inputs").EnumerateArray());
            Assert.Equal("sequence", input.GetProperty("name").GetString());
            Assert.Equal("BYTES", input.GetProperty("datatype").GetString());
            Assert.Equal([-1L], input.Shape());
            Assert.Equal(
                [
                    ("average", "FP32", "-1,256"),
                    ("final", "FP32", "-1,256"),
                    ("cell", "FP32", "-1,256"),
                    ("fusion", "FP32", "-1,768"),
                    ("log_likelihood", "FP64", "-1"),
                ],
                json.GetProperty("outputs")
                    .EnumerateArray()
                    .Select(output =>
                        (
                            output.GetProperty("name").GetString()!,
                            output.GetProperty("datatype").GetString()!,
                            string.Join(',', output.Shape())
                        )
                    )
            );
            var ready = (await server.GetAsync($"/v2/models/open-256{place}/ready"))
                .Require(200)
                .Json;
            Assert.Equal("open-256", ready.GetProperty("name").GetString());
            Assert.True(ready.GetProperty("ready").GetBoolean());
        }
    }

    [Theory]
    [InlineData("/v2/models/gpt-4")]
    [InlineData("/v2/models/gpt-4/ready")]
    [InlineData("/v2/models/open-256/versions/1")]
    [InlineData("/v2/models/open-256/versions/1/ready")]
    [InlineData("/v2/nothing")]
    public async Task What_is_not_there_is_an_error_in_the_protocols_shape(string path)
    {
        await using var server = await TestServer.StartAsync();
        (await server.GetAsync(path)).RequireInferenceError(404);
    }

    [Theory]
    [InlineData("/v2/models/gpt-4/infer")]
    [InlineData("/v2/models/open-256/versions/1/infer")]
    public async Task Another_model_or_version_computes_nothing(string path)
    {
        await using var server = await TestServer.StartAsync();
        (await server.PostAsync(path, Body($"[\"{First}\"]", "[1]"))).RequireInferenceError(404);
    }

    [Theory]
    [InlineData("[\"MKTAYIAKQR\",\"MSKGEELFTGVVPILVELDG\"]", "[2]")]
    [InlineData("[\"MKTAYIAKQR\",\"MSKGEELFTGVVPILVELDG\"]", "[2,1]")]
    [InlineData("[[\"MKTAYIAKQR\"],[\"MSKGEELFTGVVPILVELDG\"]]", "[2,1]")]
    public async Task All_outputs_have_the_librarys_bits(string data, string shape)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(
            $"/v2/models/open-256/versions/{Fingerprint}/infer",
            Body(data, shape, ",\"id\":\"42\"")
        );
        var json = answer.Require(200).Json;
        Assert.Equal("open-256", json.GetProperty("model_name").GetString());
        Assert.Equal(Fingerprint, json.GetProperty("model_version").GetString());
        Assert.Equal("42", json.GetProperty("id").GetString());
        Assert.Equal(
            ["average", "final", "cell", "fusion", "log_likelihood"],
            json.GetProperty("outputs")
                .EnumerateArray()
                .Select(output => output.GetProperty("name").GetString())
        );
        foreach (var name in new[] { "average", "final", "cell", "fusion" })
        {
            var output = json.Output(name);
            Assert.Equal("FP32", output.GetProperty("datatype").GetString());
            Assert.Equal([2L, name == "fusion" ? 768 : 256], output.Shape());
            Assert.Equal(VectorsOf(name, First, Second), output.GetProperty("data").Numbers());
        }

        var likelihood = json.Output("log_likelihood");
        Assert.Equal("FP64", likelihood.GetProperty("datatype").GetString());
        Assert.Equal([2L], likelihood.Shape());
        Assert.Equal(
            [LikelihoodOf(First), LikelihoodOf(Second)],
            likelihood.GetProperty("data").EnumerateArray().Select(number => number.GetDouble())
        );
    }

    [Fact]
    public async Task Only_the_outputs_that_are_named_come_and_in_their_order()
    {
        await using var server = await TestServer.StartAsync();
        var json = (
            await server.PostAsync(
                Infer,
                Body(
                    $"[\"{First}\"]",
                    "[1]",
                    ",\"outputs\":[{\"name\":\"log_likelihood\"},{\"name\":\"cell\"}]"
                )
            )
        )
            .Require(200)
            .Json;
        Assert.False(json.TryGetProperty("id", out _));
        var outputs = json.GetProperty("outputs");
        Assert.Equal(2, outputs.GetArrayLength());
        Assert.Equal(LikelihoodOf(First), outputs[0].GetProperty("data")[0].GetDouble());
        Assert.Equal(RepOf(First).Cell, outputs[1].GetProperty("data").Numbers());
    }

    [Fact]
    public async Task A_request_without_a_media_type_is_taken_for_json()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Infer)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body($"[\"{First}\"]", "[1]"))),
        };
        Assert.Null(request.Content.Headers.ContentType);
        (await server.SendAsync(request)).Require(200);
    }

    [Theory]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"inputs":[]}""")]
    [InlineData("""{"inputs":[null]}""")]
    [InlineData("""{"inputs":[{"shape":[1],"datatype":"BYTES","data":["MK"]}]}""")]
    [InlineData("""{"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["MK"]}]}""")]
    [InlineData("""{"inputs":[{"name":"sequence","shape":[1],"datatype":"FP32","data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"sequence","datatype":"BYTES","data":["MK"]}]}""")]
    [InlineData("""{"inputs":[{"name":"sequence","shape":[1],"datatype":"BYTES"}]}""")]
    [InlineData(
        """{"inputs":[{"name":"sequence","shape":[1],"datatype":"BYTES","data":["M"]},{"name":"sequence","shape":[1],"datatype":"BYTES","data":["M"]}]}"""
    )]
    [InlineData("[\"MK\"]", "[2]")]
    [InlineData("[\"MK\"]", "[1,2]")]
    [InlineData("[\"MK\"]", "[-1]")]
    [InlineData("[\"MK\"]", "[1,1,1]")]
    [InlineData("[]", "[0]")]
    [InlineData("\"MK\"", "[1]")]
    [InlineData("[7]", "[1]")]
    [InlineData("[[\"MK\"]]", "[1]")]
    [InlineData("[[\"MK\",\"MK\"]]", "[2,1]")]
    [InlineData("[\"\\ud800\"]", "[1]")]
    [InlineData("[\"MK\"]", "[1]", ",\"outputs\":[{\"name\":\"mean\"}]")]
    [InlineData("[\"MK\"]", "[1]", ",\"outputs\":[null]")]
    [InlineData(
        "[\"MK\"]",
        "[1]",
        ",\"outputs\":[{\"name\":\"cell\",\"parameters\":{\"binary_data\":1}}]"
    )]
    [InlineData(
        "[\"MK\"]",
        "[1]",
        ",\"outputs\":[{\"name\":\"cell\",\"parameters\":{\"classification\":3}}]"
    )]
    [InlineData("[\"MK\"]", "[1]", ",\"parameters\":{\"binary_data_output\":\"yes\"}")]
    [InlineData("[\"MK\"]", "[1]", ",\"output\":[]")]
    public async Task A_wrong_request_is_400(string data, string? shape = null, string more = "")
    {
        await using var server = await TestServer.StartAsync();
        var body = shape is null ? data : Body(data, shape, more);
        (await server.PostAsync(Infer, body)).RequireInferenceError(400);
    }

    [Fact]
    public async Task A_letter_that_is_no_residue_is_422_with_its_place()
    {
        await using var server = await TestServer.StartAsync();
        var message = (
            await server.PostAsync(Infer, Body("[\"MK\",\"MK1A\"]", "[2]"))
        ).RequireInferenceError(422);
        Assert.Contains("Sequence 1", message, StringComparison.Ordinal);
        Assert.Contains("3", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_method_or_media_type_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        (await server.GetAsync(Infer)).RequireInferenceError(405);
        using var form = new HttpRequestMessage(HttpMethod.Post, Infer)
        {
            Content = new FormUrlEncodedContent([new("inputs", "MK")]),
        };
        (await server.SendAsync(form)).RequireInferenceError(415);
    }

    [Theory]
    [InlineData("--max-sequences", "1", 413)]
    [InlineData("--max-sequence-residues", "9", 413)]
    [InlineData("--max-request-residues", "29", 413)]
    [InlineData("--max-response-values", "3073", 413)]
    [InlineData("--max-body-bytes", "64", 413)]
    public async Task The_servers_limits_hold(string option, string value, int status)
    {
        await using var server = await TestServer.StartAsync(option, value);
        (
            await server.PostAsync(Infer, Body($"[\"{First}\",\"{Second}\"]", "[2]"))
        ).RequireInferenceError(status);
    }

    [Fact]
    public async Task The_rate_limit_holds()
    {
        await using var server = await TestServer.StartAsync("--requests-per-minute", "1");
        (await server.PostAsync(Infer, Body($"[\"{First}\"]", "[1]"))).Require(200);
        var answer = await server.PostAsync(Infer, Body($"[\"{First}\"]", "[1]"));
        answer.RequireInferenceError(429);
        Assert.NotNull(answer.Header("Retry-After"));
    }

    [Fact]
    public async Task Keys_are_needed_except_by_probes()
    {
        using var folder = new TemporaryFolder();
        var keys = folder.Write("keys.txt", "secret");
        await using var server = await TestServer.StartAsync("--api-key-file", keys);
        var body = Body($"[\"{First}\"]", "[1]");
        (await server.PostAsync(Infer, body)).RequireInferenceError(401);
        (await server.GetAsync("/v2")).RequireInferenceError(401);
        (await server.GetAsync("/v2/models/open-256")).RequireInferenceError(401);
        (await server.PostAsync(Infer, body, "secret")).Require(200);
        (await server.GetAsync("/v2", "secret")).Require(200);
        (await server.GetAsync("/v2/health/live")).Require(200);
        (await server.GetAsync("/v2/health/ready")).Require(200);
        (await server.GetAsync("/v2/models/open-256/ready")).Require(200);
    }
}
