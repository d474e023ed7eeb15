using System.Text;
using System.Text.Json;

namespace UniRep.Server.Tests;

/// <summary>A response that has been read.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Requires a status, and shows the body if it is another.</summary>
    public Answer Require(int status)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
        return this;
    }

    /// <summary>Requires an error in OpenAI's shape.</summary>
    public JsonElement RequireOpenAiError(int status, string code)
    {
        var error = Require(status).Json.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("type").GetString()!);
        Assert.True(error.TryGetProperty("param", out _));
        return error;
    }

    /// <summary>Requires an error as application/problem+json.</summary>
    public JsonElement RequireProblem(int status, string code)
    {
        Require(status);
        Assert.Equal("application/problem+json", Header("Content-Type"));
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.Equal(code, Json.GetProperty("code").GetString());
        Assert.NotEmpty(Json.GetProperty("detail").GetString()!);
        return Json;
    }
}

/// <summary>Reads vectors out of JSON.</summary>
internal static class JsonVectors
{
    public static float[] Numbers(this JsonElement array) =>
        [.. array.EnumerateArray().Select(number => number.GetSingle())];
}
