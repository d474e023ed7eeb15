using System.Text.Json;
using System.Text.Json.Serialization;
using UniRep.Server.Errors;

namespace UniRep.Server.Requests;

/// <summary>The vectors that a request asks for: a word, or an array of words.</summary>
[JsonConverter(typeof(PoolingInputConverter))]
public sealed record PoolingInput(IReadOnlyList<string> Words);

internal sealed class PoolingInputConverter : JsonConverter<PoolingInput>
{
    private const int Most = 4;

    public override PoolingInput Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        var words = new List<string>();
        if (reader.TokenType == JsonTokenType.String)
        {
            words.Add(reader.GetString()!);
            return new PoolingInput(words);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong();
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || words.Count == Most)
            {
                throw Wrong();
            }

            words.Add(reader.GetString()!);
        }

        return new PoolingInput(words);
    }

    public override void Write(
        Utf8JsonWriter writer,
        PoolingInput value,
        JsonSerializerOptions options
    ) => JsonSerializer.Serialize(writer, value.Words, options);

    private static RequestException Wrong() =>
        RequestException.BadField(
            "pooling",
            $"'pooling' must be one of {string.Join(", ", Pooling.Words)}, or an array of some of them."
        );
}
