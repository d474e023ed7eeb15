using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace UniRep.Server.Tests;

/// <summary>Requests of the Open Inference Protocol, and what the library says to them.</summary>
internal static class InferenceSamples
{
    public const string First = "MKTAYIAKQR";
    public const string Second = "MSKGEELFTGVVPILVELDG";
    public const string Infer = "/v2/models/open-256/infer";
    public const string HeaderLength = "Inference-Header-Content-Length";

    public static string Fingerprint => TestServer.Model.Fingerprint;

    public static Sequence Parse(string letters) => SequenceModule.parse(letters).ResultValue;

    public static Rep RepOf(string letters) =>
        ModelModule.represent(TestServer.Model, Parse(letters));

    public static double LikelihoodOf(string letters) =>
        ModelModule.logLikelihood(true, TestServer.Model, Parse(letters));

    public static float[] VectorOf(string name, string letters) =>
        name switch
        {
            "average" => RepOf(letters).Average,
            "final" => RepOf(letters).Final,
            "cell" => RepOf(letters).Cell,
            _ => RepModule.fusion(RepOf(letters)),
        };

    /// <summary>All values of an output, sequence after sequence.</summary>
    public static float[] VectorsOf(string name, params string[] letters) =>
        [.. letters.SelectMany(text => VectorOf(name, text))];

    /// <summary>A request whose values are JSON.</summary>
    public static string Body(string data, string shape, string more = "") =>
        $$"""{"inputs":[{"name":"sequence","shape":{{shape}},"datatype":"BYTES","data":{{data}}}]{{more}}}""";

    /// <summary>The bytes of a BYTES tensor.</summary>
    public static byte[] Bytes(params string[] texts) =>
        [
            .. texts.SelectMany(text =>
            {
                var bytes = new byte[4 + Encoding.UTF8.GetByteCount(text)];
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length - 4);
                Encoding.UTF8.GetBytes(text, bytes.AsSpan(4));
                return bytes;
            }),
        ];

    /// <summary>A request whose values follow its JSON as bytes.</summary>
    public static HttpRequestMessage Binary(
        byte[] values,
        string shape,
        string more = "",
        long? size = null,
        string? header = null
    )
    {
        var json = Encoding.UTF8.GetBytes(
            $$$"""{"inputs":[{"name":"sequence","shape":{{{shape}}},"datatype":"BYTES","parameters":{"binary_data_size":{{{size ?? values.Length}}}}}]{{{more}}}}"""
        );
        var request = new HttpRequestMessage(HttpMethod.Post, Infer)
        {
            Content = new ByteArrayContent([.. json, .. values]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.Add(HeaderLength, header ?? $"{json.Length}");
        return request;
    }

    public static JsonElement Output(this JsonElement response, string name) =>
        Assert.Single(
            response.GetProperty("outputs").EnumerateArray(),
            output => output.GetProperty("name").GetString() == name
        );

    public static long[] Shape(this JsonElement tensor) =>
        [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];

    /// <summary>The JSON of a response, and the bytes that follow it.</summary>
    public static (JsonElement Json, byte[] Bytes) Parts(this Answer answer)
    {
        var length = int.Parse(
            answer.Header(HeaderLength)!,
            System.Globalization.CultureInfo.InvariantCulture
        );
        return (
            JsonDocument.Parse(answer.Body.AsMemory(0, length)).RootElement,
            answer.Body[length..]
        );
    }

    public static float[] Floats(ReadOnlySpan<byte> bytes) =>
        MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    public static double[] Doubles(ReadOnlySpan<byte> bytes) =>
        MemoryMarshal.Cast<byte, double>(bytes).ToArray();

    /// <summary>Requires an error in the shape of the protocol, and gives its text.</summary>
    public static string RequireInferenceError(this Answer answer, int status)
    {
        var members = answer.Require(status).Json.EnumerateObject().ToList();
        var error = Assert.Single(members);
        Assert.Equal("error", error.Name);
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.NotEmpty(error.Value.GetString()!);
        return error.Value.GetString()!;
    }
}
