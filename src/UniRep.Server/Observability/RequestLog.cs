using System.Diagnostics;
using UniRep.Server.Routes;

namespace UniRep.Server.Observability;

/// <summary>Gives every request an id and logs one line about it: no body, no query, no sequence.</summary>
internal sealed partial class RequestLog(
    RequestDelegate next,
    ServerMetrics metrics,
    ILogger<RequestLog> logger
)
{
    private const string Header = "X-Request-Id";
    private const int LongestId = 128;

    public async Task InvokeAsync(HttpContext context)
    {
        var start = Stopwatch.GetTimestamp();
        context.TraceIdentifier = IdOf(context.Request.Headers[Header]);
        context.Response.Headers[Header] = context.TraceIdentifier;
        using var scope = logger.BeginScope(
            new KeyValuePair<string, object>[] { new("RequestId", context.TraceIdentifier) }
        );
        await next(context);
        var info = context.Info();
        var endpoint = context.GetEndpoint();
        metrics.Count(info, context.Response.StatusCode);
        Answered(
            LevelOf(endpoint, context.Response.StatusCode),
            context.Request.Method,
            (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "-",
            context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted
                ? 499
                : context.Response.StatusCode,
            Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            info.Sequences,
            info.Residues,
            info.Client,
            info.Error ?? "-",
            context.TraceIdentifier
        );
    }

    /// <summary>Probes come every few seconds and a page has many files: they are news only when they fail.</summary>
    private static LogLevel LevelOf(Endpoint? endpoint, int status) =>
        status < StatusCodes.Status400BadRequest
        && endpoint?.Metadata.GetMetadata<OpenToAllMetadata>() is not null
            ? LogLevel.Debug
            : LogLevel.Information;

    /// <summary>Takes the caller's id if it is a plain word, so that no one writes into the log; else makes one.</summary>
    private static string IdOf(string? given) =>
        given is { Length: > 0 and <= LongestId } && given.All(IsPlain)
            ? given
            : Guid.CreateVersion7().ToString("N");

    private static bool IsPlain(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';

    [LoggerMessage(
        EventId = 1,
        Message = "{Method} {Route} {Status} in {Milliseconds:F1} ms: {Sequences} sequences, {Residues} residues, client {Client}, error {Error}, request {Id}"
    )]
    private partial void Answered(
        LogLevel level,
        string method,
        string route,
        int status,
        double milliseconds,
        int sequences,
        long residues,
        string client,
        string error,
        string id
    );
}
