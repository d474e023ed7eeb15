using System.Text.Json;

namespace UniRep.Server.Responses;

/// <summary>Writes JSON to a response piece by piece, so that memory does not grow with the response.</summary>
internal sealed class JsonResponse : IAsyncDisposable
{
    private const int Piece = 64 * 1024;
    private readonly HttpContext _context;

    public JsonResponse(HttpContext context)
    {
        _context = context;
        context.Response.ContentType = "application/json";
        Json = new Utf8JsonWriter(
            context.Response.BodyWriter,
            new JsonWriterOptions { SkipValidation = true }
        );
    }

    /// <summary>Gets the writer.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Sends what has been written, once it is a good deal.</summary>
    public ValueTask SendAsync() =>
        Json.BytesPending + _context.Response.BodyWriter.UnflushedBytes >= Piece
            ? FlushAsync()
            : ValueTask.CompletedTask;

    /// <summary>Writes the states after each residue as an array of rows; that after start is left out.</summary>
    public async ValueTask WriteRowsAsync(float[,] states)
    {
        Json.WriteStartArray();
        for (var row = 1; row < states.GetLength(0); row++)
        {
            Vectors.WriteNumbers(Json, Vectors.Row(states, row));
            await SendAsync();
        }

        Json.WriteEndArray();
    }

    public async ValueTask DisposeAsync()
    {
        await FlushAsync();
        await Json.DisposeAsync();
    }

    private async ValueTask FlushAsync()
    {
        await Json.FlushAsync(_context.RequestAborted);
        await _context.Response.BodyWriter.FlushAsync(_context.RequestAborted);
    }
}
