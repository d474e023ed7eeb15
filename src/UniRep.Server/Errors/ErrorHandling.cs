using Microsoft.AspNetCore.Connections;
using UniRep.Server.Observability;

namespace UniRep.Server.Errors;

/// <summary>Turns refusals and faults into responses in the shape of their route.</summary>
internal sealed partial class ErrorHandling(RequestDelegate next, ILogger<ErrorHandling> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        RequestException error;
        try
        {
            await next(context);
            if (IsBareError(context))
            {
                await AnswerAsync(context, OfStatus(context.Response.StatusCode));
            }

            return;
        }
        catch (RequestException refusal)
        {
            error = refusal;
        }
        catch (BadHttpRequestException bad)
        {
            error = OfBadRequest(bad);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody reads an answer.
            return;
        }
        catch (ConnectionResetException)
        {
            // So has one that resets the connection while its body is read, which the server may learn only later.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            context.Abort();
            return;
        }
        catch (UniRepException known) when (known.Case == "NoHead")
        {
            error = new RequestException(
                StatusCodes.Status422UnprocessableEntity,
                "no_head",
                known.Message
            );
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Failed(fault, context.TraceIdentifier);
            error = OfStatus(StatusCodes.Status500InternalServerError);
        }

        var response = context.Response;
        if (response.HasStarted || response.BodyWriter.UnflushedBytes > 0)
        {
            // The status is sent: cutting the connection is the only sign of failure that is left.
            context.Abort();
            return;
        }

        response.ContentLength = null;
        response.Headers.ContentDisposition = default;
        await AnswerAsync(context, error);
    }

    public static Task AnswerAsync(HttpContext context, RequestException error)
    {
        context.Info().Error = error.Code;
        return ErrorResponse.WriteAsync(context, error);
    }

    private static bool IsBareError(HttpContext context) =>
        context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null }
        && context.Response.ContentLength is null or 0;

    private static RequestException OfBadRequest(BadHttpRequestException bad) =>
        bad.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => new(
                bad.StatusCode,
                "body_too_large",
                "The body is larger than the server allows (--max-body-bytes). Send several requests."
            ),
            StatusCodes.Status408RequestTimeout => new(
                bad.StatusCode,
                "too_slow",
                "The body came too slowly."
            ),
            _ => new(bad.StatusCode, "bad_request", "The request is not valid HTTP."),
        };

    private static RequestException OfStatus(int status) =>
        status switch
        {
            StatusCodes.Status404NotFound => new(
                status,
                "not_found",
                "There is no such route. /openapi/v1.json lists them."
            ),
            StatusCodes.Status405MethodNotAllowed => new(
                status,
                "method_not_allowed",
                "The route has another method: the header Allow names it."
            ),
            StatusCodes.Status415UnsupportedMediaType => new(
                status,
                "unsupported_media_type",
                "The body must be JSON, with the header Content-Type: application/json."
            ),
            StatusCodes.Status500InternalServerError => new(
                status,
                "internal_error",
                "This is a fault of the server. Its log has more, under the id of this request (X-Request-Id)."
            ),
            _ => new(status, $"status_{status}", $"The request was answered with {status}."),
        };

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Request {Id} failed")]
    private partial void Failed(Exception fault, string id);
}
