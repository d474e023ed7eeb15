using System.Text.Json;
using System.Text.Json.Serialization;
using UniRep.Server.Errors;

namespace UniRep.Server.Requests;

/// <summary>One sequence or several, as a field of a request holds them: a string, or an array of strings.</summary>
[JsonConverter(typeof(SequenceInputConverter))]
public sealed record SequenceInput(IReadOnlyList<string> Texts, bool IsSingle);

internal sealed class SequenceInputConverter : JsonConverter<SequenceInput>
{
    public override SequenceInput Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new SequenceInput([Text(ref reader, 0)], true);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong("Sequences are a string or an array of strings.", null);
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(Text(ref reader, texts.Count));
        }

        return new SequenceInput(texts, false);
    }

    public override void Write(
        Utf8JsonWriter writer,
        SequenceInput value,
        JsonSerializerOptions options
    ) => JsonSerializer.Serialize(writer, value.Texts, options);

    private static string Text(ref Utf8JsonReader reader, int index)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return TextOf(ref reader, index);
            case JsonTokenType.Number:
                throw Wrong(
                    "Sequences are given as letters, not as numbers of tokens: an array holds strings.",
                    index
                );
            default:
                throw Wrong("Sequences are a string or an array of strings.", index);
        }
    }

    /// <summary>JSON may escape half a surrogate pair, which is no text.</summary>
    private static string TextOf(ref Utf8JsonReader reader, int index)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("A sequence holds an escape that is no character.", index);
        }
    }

    private static RequestException Wrong(string message, int? index) =>
        new(StatusCodes.Status400BadRequest, "invalid_input", message)
        {
            Field = "input",
            Index = index,
        };
}
