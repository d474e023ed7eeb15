using static UniRep.Server.Tests.InferenceSamples;

namespace UniRep.Server.Tests;

/// <summary>The binary tensor extension of the Open Inference Protocol.</summary>
public sealed class InferenceBinaryTests
{
    [Fact]
    public async Task Bytes_in_and_out_have_the_librarys_bits()
    {
        await using var server = await TestServer.StartAsync();
        using var request = Binary(
            Bytes(First, Second),
            "[2,1]",
            ",\"id\":\"a\",\"parameters\":{\"binary_data_output\":true}"
        );
        var answer = (await server.SendAsync(request)).Require(200);
        Assert.Equal("application/octet-stream", answer.Header("Content-Type"));
        var (json, bytes) = answer.Parts();
        Assert.Equal("a", json.GetProperty("id").GetString());
        var place = 0;
        foreach (var output in json.GetProperty("outputs").EnumerateArray())
        {
            Assert.False(output.TryGetProperty("data", out _));
            var size = output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32();
            var values = bytes.AsSpan(place, size);
            place += size;
            var name = output.GetProperty("name").GetString()!;
            Assert.Equal(Expected(name), values.ToArray());
        }

        Assert.Equal(bytes.Length, place);
    }

    private static byte[] Expected(string name) =>
        name == "log_likelihood"
            ?
            [
                .. new[] { First, Second }.SelectMany(text =>
                    BitConverter.GetBytes(LikelihoodOf(text))
                ),
            ]
            : [.. VectorsOf(name, First, Second).SelectMany(BitConverter.GetBytes)];

    [Fact]
    public async Task Bytes_in_give_json_out_unless_asked_otherwise()
    {
        await using var server = await TestServer.StartAsync();
        using var request = Binary(Bytes(First), "[1]", ",\"outputs\":[{\"name\":\"average\"}]");
        var answer = (await server.SendAsync(request)).Require(200);
        Assert.Null(answer.Header(HeaderLength));
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Equal(
            RepOf(First).Average,
            answer.Json.Output("average").GetProperty("data").Numbers()
        );
    }

    [Fact]
    public async Task An_output_chooses_its_form_before_the_request_does()
    {
        await using var server = await TestServer.StartAsync();
        var answer = (
            await server.PostAsync(
                Infer,
                Body(
                    $"[\"{First}\"]",
                    "[1]",
                    """
                    ,"parameters":{"binary_data_output":true},"outputs":[
                    {"name":"final"},
                    {"name":"cell","parameters":{"binary_data":false}},
                    {"name":"log_likelihood","parameters":{"binary_data":true}}]
                    """
                )
            )
        ).Require(200);
        var (json, bytes) = answer.Parts();
        Assert.Equal(RepOf(First).Cell, json.Output("cell").GetProperty("data").Numbers());
        Assert.Equal(RepOf(First).Final, Floats(bytes.AsSpan(0, 1024)));
        Assert.Equal([LikelihoodOf(First)], Doubles(bytes.AsSpan(1024)));
    }

    [Theory]
    [InlineData("[2]")]
    [InlineData("[0]")]
    [InlineData("[4000000000]")]
    public async Task Bytes_must_be_as_many_elements_as_the_shape_says(string shape)
    {
        await using var server = await TestServer.StartAsync();
        using var request = Binary(Bytes(First), shape);
        (await server.SendAsync(request)).RequireInferenceError(400);
    }

    [Fact]
    public async Task An_element_longer_than_the_bytes_is_400()
    {
        await using var server = await TestServer.StartAsync();
        using var request = Binary([255, 255, 255, 255, 77], "[1]");
        (await server.SendAsync(request)).RequireInferenceError(400);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_no_residues()
    {
        await using var server = await TestServer.StartAsync();
        using var request = Binary([2, 0, 0, 0, 77, 255], "[1]");
        (await server.SendAsync(request)).RequireInferenceError(422);
    }

    [Theory]
    [InlineData("100000")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("3")]
    public async Task A_wrong_length_of_the_json_is_400(string header)
    {
        await using var server = await TestServer.StartAsync();
        using var request = Binary(Bytes(First), "[1]", header: header);
        (await server.SendAsync(request)).RequireInferenceError(400);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(-1)]
    public async Task A_wrong_number_of_bytes_is_400(long size)
    {
        await using var server = await TestServer.StartAsync();
        using var request = Binary(Bytes(First), "[1]", size: size);
        (await server.SendAsync(request)).RequireInferenceError(400);
    }

    [Fact]
    public async Task Values_may_not_come_twice()
    {
        await using var server = await TestServer.StartAsync();
        (
            await server.PostAsync(
                Infer,
                """{"inputs":[{"name":"sequence","shape":[1],"datatype":"BYTES","data":["M"],"parameters":{"binary_data_size":0}}]}"""
            )
        ).RequireInferenceError(400);
    }

    [Theory]
    [InlineData("--max-sequences", "1")]
    [InlineData("--max-sequence-residues", "9")]
    [InlineData("--max-body-bytes", "64")]
    public async Task The_servers_limits_hold(string option, string value)
    {
        await using var server = await TestServer.StartAsync(option, value);
        using var request = Binary(Bytes(First, Second), "[2]");
        (await server.SendAsync(request)).RequireInferenceError(413);
    }
}
