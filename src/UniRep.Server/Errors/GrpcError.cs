using System.Globalization;
using System.Text;
using Grpc.Core;

namespace UniRep.Server.Errors;

/// <summary>Refusals as gRPC states them: a status, a message, and in the trailers what HTTP has in headers.</summary>
internal static class GrpcError
{
    private const string MediaType = "application/grpc";
    private const string Code = "error-code";
    private const string RetryAfter = "retry-after";

    /// <summary>gRPC's own name for it, in milliseconds; clients that retry by themselves wait for as long.</summary>
    private const string PushBack = "grpc-retry-pushback-ms";

    /// <summary>Tells requests of gRPC by their media type.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Answers a request that is refused before gRPC has seen it: without a message, with the status in the
    /// trailers.</summary>
    public static void Write(HttpResponse response, RequestException error)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = MediaType;
        Add("grpc-status", ((int)StatusOf(error.Status)).ToString(CultureInfo.InvariantCulture));
        Add("grpc-message", Escape(error.Message));
        foreach (var entry in Trailers(error))
        {
            Add(entry.Key, entry.Value);
        }

        void Add(string name, string value)
        {
            if (response.SupportsTrailers())
            {
                response.AppendTrailer(name, value);
            }
            else
            {
                response.Headers[name] = value;
            }
        }
    }

    /// <summary>Makes the exception that gRPC turns into the status of a call.</summary>
    public static RpcException ToRpc(RequestException error) =>
        new(new Status(StatusOf(error.Status), error.Message), Trailers(error));

    /// <summary>Gives the status of gRPC for one of HTTP. What is too large is an invalid argument: trying it again, as
    /// clients do with an exhausted resource, helps nobody.</summary>
    public static StatusCode StatusOf(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
            StatusCodes.Status404NotFound => StatusCode.NotFound,
            StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
            StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
            StatusCodes.Status504GatewayTimeout => StatusCode.DeadlineExceeded,
            >= StatusCodes.Status500InternalServerError => StatusCode.Internal,
            _ => StatusCode.InvalidArgument,
        };

    private static Metadata Trailers(RequestException error)
    {
        var trailers = new Metadata { { Code, error.Code } };
        if (error.RetryAfter is { } seconds)
        {
            trailers.Add(RetryAfter, seconds.ToString(CultureInfo.InvariantCulture));
            trailers.Add(PushBack, (1000L * seconds).ToString(CultureInfo.InvariantCulture));
        }

        return trailers;
    }

    /// <summary>Writes everything but printable ASCII as %XX, and the percent sign too.</summary>
    private static string Escape(string message)
    {
        var escaped = new StringBuilder(message.Length);
        foreach (var value in Encoding.UTF8.GetBytes(message))
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                escaped.Append((char)value);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return escaped.ToString();
    }
}
