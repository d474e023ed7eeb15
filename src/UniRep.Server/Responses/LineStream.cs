using System.Text.Json;

namespace UniRep.Server.Responses;

/// <summary>Sends JSON objects as they come: one a line, or one an event.</summary>
internal sealed class LineStream
{
    /// <summary>The media type of one object a line.</summary>
    public const string Lines = "application/x-ndjson";

    /// <summary>The media type of server-sent events.</summary>
    public const string Events = "text/event-stream";

    private readonly HttpResponse _response;
    private readonly bool _isEvents;
    private readonly CancellationToken _aborted;
    private readonly Utf8JsonWriter _json;

    public LineStream(HttpContext context, string type)
    {
        _response = context.Response;
        _aborted = context.RequestAborted;
        _isEvents = type == Events;
        _response.ContentType = type;
        _response.Headers.CacheControl = "no-store";
        _json = new Utf8JsonWriter(_response.BodyWriter);
    }

    /// <summary>Gets the media types that there are, the usual one first.</summary>
    public static IReadOnlyList<string> Types { get; } = [Lines, Events];

    /// <summary>Sends an object.</summary>
    public async Task SendAsync(Action<Utf8JsonWriter> write)
    {
        Write(_isEvents ? "data: "u8 : ""u8);
        _json.Reset(_response.BodyWriter);
        write(_json);
        await _json.FlushAsync(_aborted);
        Write(_isEvents ? "\n\n"u8 : "\n"u8);
        await _response.BodyWriter.FlushAsync(_aborted);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_response.BodyWriter.GetSpan(bytes.Length));
        _response.BodyWriter.Advance(bytes.Length);
    }
}
