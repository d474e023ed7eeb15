using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;

namespace UniRep.Server.Requests;

/// <summary>Reads the JSON of a request; a field that is not known is an error, so that no misspelt one is ignored.</summary>
internal sealed class JsonBody(IOptions<ServerOptions> options)
{
    private readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = options.Value.MaxJsonDepth,
    };

    /// <summary>Reads a request's body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="mayLackType">Whether the media type may be missing.</param>
    public async Task<T> ReadAsync<T>(HttpContext context, bool mayLackType = false)
        where T : class
    {
        var lacksType = mayLackType && context.Request.ContentType is null;
        if (!lacksType && !context.Request.HasJsonContentType())
        {
            throw new RequestException(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported_media_type",
                "The body must be JSON, with the header Content-Type: application/json."
            );
        }

        return await RequestBody.ReadAsync(
            context,
            body => ReadAsync<T>(body, context.RequestAborted)
        );
    }

    /// <summary>Reads JSON that is a part of a body.</summary>
    public async Task<T> ReadAsync<T>(Stream body, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(body, _json, cancellation)
                ?? throw NoObject();
        }
        catch (JsonException error)
        {
            throw Wrong(error);
        }
    }

    private static RequestException NoObject() =>
        new(
            StatusCodes.Status400BadRequest,
            "invalid_json",
            "The body must be a JSON object, not null."
        );

    /// <summary>Says what is wrong by place, because the text of the exception names types and may quote the input.</summary>
    private static RequestException Wrong(JsonException error)
    {
        var field = FieldOf(error.Path);
        var place =
            error.LineNumber is { } line && error.BytePositionInLine is { } column
                ? $"line {line + 1}, byte {column + 1} of the body"
                : "the body";
        var what = error.Message switch
        {
            var text when text.Contains("could not be mapped", StringComparison.Ordinal) =>
                "there is no such field",
            var text when text.Contains("missing required", StringComparison.Ordinal) =>
                "a required field is missing",
            var text when text.Contains("Duplicate", StringComparison.OrdinalIgnoreCase) =>
                "a field stands twice",
            var text when text.Contains("depth", StringComparison.OrdinalIgnoreCase) =>
                "the nesting is too deep",
            var text when text.Contains("could not be converted", StringComparison.Ordinal) =>
                "the value has the wrong type",
            _ => "this is not JSON",
        };
        return new RequestException(
            StatusCodes.Status400BadRequest,
            "invalid_json",
            field is null ? $"{place}: {what}." : $"'{field}' ({place}): {what}."
        )
        {
            Field = field,
        };
    }

    /// <summary>Takes the name of the field out of `$.name`, `$.name[3]` or `$['name']`.</summary>
    private static string? FieldOf(string? path)
    {
        if (path is not ['$', '.' or '[', ..])
        {
            return null;
        }

        var name = path.TrimStart('$').Trim('.', '[', '\'');
        var end = name.IndexOfAny(['.', '[', ']', '\'']);
        name = end < 0 ? name : name[..end];
        return name.Length is > 0 and <= 64 && name.All(IsNameLetter) ? name : null;
    }

    private static bool IsNameLetter(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';
}
