using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace UniRep.Tests;

/// <summary>A response as it came over the wire.</summary>
/// <param name="Status">The status.</param>
/// <param name="Head">The status line and the headers.</param>
/// <param name="Body">The body without the framing of chunks; valid until the next response.</param>
internal sealed record RawResponse(int Status, string Head, ReadOnlyMemory<byte> Body)
{
    /// <summary>Gets the value of a header; null if it is not there.</summary>
    public string? Header(string name)
    {
        var at = Head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var start = at + name.Length + 3;
        return Head[start..Head.IndexOf('\r', start)].Trim();
    }
}

/// <summary>
/// A plain HTTP/1.1 connection that sends bytes as they are: right ones at little cost, and wrong ones, which HttpClient
/// would not send.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private readonly Socket _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private byte[] _body = new byte[16 * 1024];
    private int _start;
    private int _end;

    private RawConnection(Socket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    public static async Task<RawConnection> OpenAsync(
        EndPoint server,
        CancellationToken cancellation = default
    )
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation);
            return new RawConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Gives the address that a URL of this machine stands for.</summary>
    public static IPEndPoint EndPointOf(Uri url) => new(IPAddress.Parse(url.Host), url.Port);

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellation = default
    )
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, cancellation)..];
        }
    }

    /// <summary>Says that nothing more is sent.</summary>
    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads whatever comes next, into a buffer; 0 when the server has closed.</summary>
    public ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellation = default
    ) => _socket.ReceiveAsync(buffer, cancellation);

    /// <summary>Receives a response; null if the server closes the connection before it sends one.</summary>
    /// <exception cref="InvalidDataException">The response is cut off, or is no HTTP.</exception>
    /// <exception cref="SocketException">The server has reset the connection.</exception>
    public async Task<RawResponse?> ReceiveAsync(CancellationToken cancellation = default)
    {
        int length;
        while ((length = Pending.IndexOf(HeadEnd)) < 0)
        {
            if (!await FillAsync(cancellation))
            {
                return _start == _end ? null : throw CutOff();
            }
        }

        var head = Encoding.Latin1.GetString(Pending[..(length + 2)]);
        _start += length + HeadEnd.Length;
        var response = new RawResponse(
            int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture),
            head,
            default
        );
        var size = response.Header("Transfer-Encoding") is null
            ? await CopyAsync(
                0,
                int.Parse(response.Header("Content-Length") ?? "0", CultureInfo.InvariantCulture),
                cancellation
            )
            : await ReceiveChunksAsync(cancellation);
        return response with { Body = _body.AsMemory(0, size) };
    }

    /// <summary>Ends the connection at once, as a program does that crashes.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private ReadOnlySpan<byte> Pending => _buffer.AsSpan(_start, _end - _start);

    private static InvalidDataException CutOff() => new("the response is cut off");

    private async Task<int> ReceiveChunksAsync(CancellationToken cancellation)
    {
        var size = 0;
        while (true)
        {
            var chunk = int.Parse(
                await LineAsync(cancellation),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture
            );
            size = await CopyAsync(size, chunk, cancellation);
            await LineAsync(cancellation);
            if (chunk == 0)
            {
                return size;
            }
        }
    }

    private async Task<string> LineAsync(CancellationToken cancellation)
    {
        int length;
        while ((length = Pending.IndexOf("\r\n"u8)) < 0)
        {
            if (!await FillAsync(cancellation))
            {
                throw CutOff();
            }
        }

        var line = Encoding.Latin1.GetString(Pending[..length]);
        _start += length + 2;
        return line;
    }

    private async Task<int> CopyAsync(int at, int count, CancellationToken cancellation)
    {
        if (_body.Length < at + count)
        {
            Array.Resize(ref _body, Math.Max(at + count, 2 * _body.Length));
        }

        while (count > 0)
        {
            if (_start == _end && !await FillAsync(cancellation))
            {
                throw CutOff();
            }

            var piece = Math.Min(count, _end - _start);
            Pending[..piece].CopyTo(_body.AsSpan(at));
            _start += piece;
            at += piece;
            count -= piece;
        }

        return at;
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        if (_end == _buffer.Length)
        {
            Pending.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * _buffer.Length);
            }
        }

        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read > 0;
    }
}
