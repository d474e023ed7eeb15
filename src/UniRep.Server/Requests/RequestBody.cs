using Microsoft.AspNetCore.Connections;
using UniRep.Server.Errors;

namespace UniRep.Server.Requests;

/// <summary>Reads the body of a request; a body that is not valid HTTP is an error of the client.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body with a function.</summary>
    /// <exception cref="RequestException">The body is not valid HTTP.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, Func<Stream, Task<T>> read)
    {
        try
        {
            return await read(context.Request.Body);
        }
        catch (IOException error)
            when (error is not (BadHttpRequestException or ConnectionResetException)
                && !context.RequestAborted.IsCancellationRequested
            )
        {
            // Kestrel says so of a chunk whose size is no 32-bit number.
            throw new RequestException(
                StatusCodes.Status400BadRequest,
                "bad_request",
                "The body is not valid HTTP: the size of a chunk is wrong."
            );
        }
    }
}
