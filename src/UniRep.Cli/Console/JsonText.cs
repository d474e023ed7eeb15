using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UniRep.Cli.Console;

/// <summary>Objects as JSON texts.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>One object with the fields of several, in their order; nulls are passed over.</summary>
    public static string Joined(params IEnumerable<object?> parts)
    {
        var whole = new JsonObject();
        foreach (var part in parts.OfType<object>())
        {
            foreach (var (name, value) in JsonSerializer.SerializeToNode(part, Options)!.AsObject())
            {
                whole.Add(name, value?.DeepClone());
            }
        }

        return whole.ToJsonString(Options);
    }
}
