using UniRep.Server.Errors;
using UniRep.Server.Observability;
using UniRep.Server.Routes;

namespace UniRep.Server.Security;

/// <summary>Finds out who asks, and refuses requests without a valid key where keys are required.</summary>
internal sealed class KeyCheck(RequestDelegate next, ApiKeys keys)
{
    /// <summary>The header of a key for clients that cannot set Authorization.</summary>
    public const string Header = "X-API-Key";

    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        var info = context.Info();
        info.Client = context.Connection.RemoteIpAddress?.ToString() ?? "local";
        if (!keys.AreRequired || IsOpen(context))
        {
            return next(context);
        }

        var number = KeyOf(context.Request) is { } key ? keys.NumberOf(key) : 0;
        if (number == 0)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ErrorHandling.AnswerAsync(
                context,
                new RequestException(
                    StatusCodes.Status401Unauthorized,
                    "invalid_api_key",
                    "A valid API key is needed, in the header `Authorization: Bearer KEY`."
                )
            );
        }

        info.Client = $"key {number}";
        return next(context);
    }

    /// <summary>A path without a route, and a browser's question about CORS, tell nothing.</summary>
    private static bool IsOpen(HttpContext context) =>
        context.GetEndpoint() is not { } endpoint
        || endpoint.Metadata.GetMetadata<OpenToAllMetadata>() is not null;

    private static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                ? header[Scheme.Length..].Trim()
            : request.Headers[Header] is [{ Length: > 0 } key] ? key
            : null;
    }
}
