using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UniRep.Server.Tests.Page;

/// <summary>What a browser has told without being asked.</summary>
/// <param name="Session">The session it is about; null for the browser itself.</param>
internal sealed record BrowserEvent(string? Session, string Method, JsonElement Parameters);

/// <summary>A client of Chromium's DevTools protocol: JSON over a WebSocket, a number for each call.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _calls = new();
    private readonly CancellationTokenSource _end = new();
    private Task _reading = Task.CompletedTask;
    private int _last;

    private DevTools() { }

    /// <summary>Is told every event, one at a time.</summary>
    public event Action<BrowserEvent>? Told;

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(address, CancellationToken.None);
        tools._reading = Task.Run(tools.ReadAsync);
        return tools;
    }

    /// <summary>Calls a method and gives its result.</summary>
    public async Task<JsonElement> CallAsync(
        string method,
        JsonObject? parameters = null,
        string? session = null
    )
    {
        var number = Interlocked.Increment(ref _last);
        var call = new TaskCompletionSource<JsonElement>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        _calls[number] = call;
        var message = new JsonObject
        {
            ["id"] = number,
            ["method"] = method,
            ["params"] = parameters ?? [],
        };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(message),
                WebSocketMessageType.Text,
                endOfMessage: true,
                CancellationToken.None
            );
        }
        finally
        {
            _sending.Release();
        }

        return await call.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult piece;
                do
                {
                    piece = await _socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
                    message.Write(buffer, 0, piece.Count);
                } while (!piece.EndOfMessage);

                if (piece.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                Take(
                    JsonDocument
                        .Parse(message.GetBuffer().AsMemory(0, (int)message.Length))
                        .RootElement.Clone()
                );
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            foreach (var call in _calls.Values)
            {
                call.TrySetException(error);
            }
        }
    }

    private void Take(JsonElement message)
    {
        if (!message.TryGetProperty("id", out var number))
        {
            Told?.Invoke(
                new BrowserEvent(
                    message.TryGetProperty("sessionId", out var id) ? id.GetString() : null,
                    message.GetProperty("method").GetString()!,
                    message.GetProperty("params")
                )
            );
            return;
        }

        if (!_calls.TryRemove(number.GetInt32(), out var call))
        {
            return;
        }

        if (message.TryGetProperty("error", out var error))
        {
            call.TrySetException(new InvalidOperationException(error.ToString()));
        }
        else
        {
            call.TrySetResult(message.GetProperty("result"));
        }
    }
}
