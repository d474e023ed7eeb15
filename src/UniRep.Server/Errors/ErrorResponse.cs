using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace UniRep.Server.Errors;

/// <summary>Writes a refusal in the shape of its route.</summary>
internal static class ErrorResponse
{
    /// <summary>Quotation marks stay as they are: no browser takes these media types for a page.</summary>
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Answers a request that is refused. Nothing of the response may have been sent yet.</summary>
    public static async Task WriteAsync(HttpContext context, RequestException error)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        if (error.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var shape = ShapeOf(context);
        response.ContentType =
            shape == ErrorShape.Problem ? "application/problem+json" : "application/json";
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Readable))
        {
            Write(json, shape, context, error);
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(
            body.GetBuffer().AsMemory(0, (int)body.Length),
            CancellationToken.None
        );
    }

    /// <summary>Gets the shape of the route, or of the path where routing has not come to it or found none.</summary>
    private static ErrorShape ShapeOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ErrorShapeMetadata>()?.Shape
        ?? (
            context.Request.Path.Value switch
            {
                "/embed" or "/embed_all" or "/tokenize" or "/info" => ErrorShape.Tei,
                "/v1/embeddings" or "/v1/models" => ErrorShape.OpenAi,
                _ => ErrorShape.Problem,
            }
        );

    private static void Write(
        Utf8JsonWriter json,
        ErrorShape shape,
        HttpContext context,
        RequestException error
    )
    {
        json.WriteStartObject();
        switch (shape)
        {
            case ErrorShape.OpenAi:
                json.WriteStartObject("error");
                json.WriteString("message", error.Message);
                json.WriteString("type", OpenAiType(error.Status));
                json.WriteString("param", error.Field);
                json.WriteString("code", error.Code);
                WritePlace(json, error);
                json.WriteEndObject();
                break;
            case ErrorShape.Tei:
                json.WriteString("error", error.Message);
                json.WriteString("error_type", TeiType(error));
                WritePlace(json, error);
                break;
            default:
                json.WriteString("type", $"urn:unirep:error:{error.Code}");
                json.WriteString("title", Title(error.Status));
                json.WriteNumber("status", error.Status);
                json.WriteString("detail", error.Message);
                json.WriteString("code", error.Code);
                if (error.Field is { } field)
                {
                    json.WriteString("field", field);
                }

                WritePlace(json, error);
                json.WriteString("requestId", context.TraceIdentifier);
                break;
        }

        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, RequestException error)
    {
        if (error.Index is { } index)
        {
            json.WriteNumber("index", index);
        }

        if (error.Position is { } position)
        {
            json.WriteNumber("position", position);
        }
    }

    private static string Title(int status) =>
        Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    private static string OpenAiType(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized => "authentication_error",
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };

    private static string TeiType(RequestException error) =>
        error switch
        {
            { Code: "invalid_sequence" } => "Tokenizer",
            { Status: StatusCodes.Status429TooManyRequests } => "Overloaded",
            { Status: StatusCodes.Status503ServiceUnavailable } => "Unhealthy",
            { Status: >= 500 } => "Backend",
            _ => "Validation",
        };
}

/// <summary>The shape of the errors of an endpoint.</summary>
internal sealed record ErrorShapeMetadata(ErrorShape Shape);
