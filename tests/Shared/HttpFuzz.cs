using System.Net;
using System.Net.Sockets;
using System.Text;

namespace UniRep.Tests;

/// <summary>Requests that are wrong in one way or another, from a seed: the same number gives the same bytes.</summary>
internal sealed class HttpFuzz(int seed, string model)
{
    private static readonly string[] Values =
    [
        "null",
        "true",
        "-1",
        "0",
        "1e999",
        "1.5",
        "2147483648",
        "99999999999999999999",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"MK\\nTA\"",
        "\"mkta\"",
        "\"MKTA*\"",
        "{}",
        "[]",
        "[null]",
        "[[\"MKTA\"]]",
        "[\"MKTA\",7]",
        "\"../../etc/passwd\"",
        "\"\u00e9\u4e2d\ud83e\uddec\"",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}",
    ];

    private static readonly string[] Heads =
    [
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Content-Length: 7\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Encoding: gzip\r\n",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: application/octet-stream\r\nInference-Header-Content-Length: 9\r\n",
        "Inference-Header-Content-Length: -5\r\n",
        "Accept: application/vnd.apache.arrow.stream\r\n",
        "Accept: ;;q=\r\n",
        "Authorization: Bearer \u0001\r\n",
        "Expect: 100-continue\r\n",
        "Expect: everything\r\n",
        "Upgrade: h2c\r\nConnection: Upgrade\r\n",
        "Host: a\r\n",
        "X-Request-Id: {\"a\"}\r\n",
        "Broken header\r\n",
        " Folded: 1\r\n",
        "Range: bytes=0-\r\n",
    ];

    private static readonly string[] Paths =
    [
        "/",
        "/v1/embeddings/",
        "/v1/../v1/embeddings",
        "/v1/models/%00",
        "/v1/models/..%2f..%2fetc%2fpasswd",
        "/v2/models/%F0%9F/infer",
        "/v2/models/a/versions/b/infer",
        "*",
        "http://elsewhere/v1/embeddings",
        "/v1/embeddings?a=%zz&b",
        "/%",
    ];

    private readonly (string Method, string Path, string Body)[] _valid =
    [
        ("POST", "/v1/embeddings", $$"""{"model":"{{model}}","input":"MKTAYIAKQR"}"""),
        (
            "POST",
            "/v1/embeddings",
            $$"""{"model":"{{model}}","input":["MKTAYIAKQR","ACDW"],"encoding_format":"base64","pooling":"fusion","user":"u"}"""
        ),
        (
            "POST",
            "/v1/embeddings",
            $$"""{"model":"{{model}}","input":"MKTAYIAKQR","per_residue":true,"dimensions":256}"""
        ),
        ("POST", "/embed", """{"inputs":["MKTAYIAKQR"],"normalize":true,"truncate":false}"""),
        ("POST", "/embed_all", """{"inputs":"MKTAYIAKQR"}"""),
        ("POST", "/tokenize", """{"inputs":"MKTAYIAKQR","add_special_tokens":true}"""),
        ("POST", "/v1/scores", $$"""{"model":"{{model}}","input":["MKTAYIAKQR"]}"""),
        (
            "POST",
            "/v1/generate",
            $$"""{"model":"{{model}}","prompt":"MKT","max_residues":5,"seed":1}"""
        ),
        ("POST", "/v1/represent", $$"""{"model":"{{model}}","input":["MKTAYIAKQR"]}"""),
        (
            "POST",
            $"/v2/models/{model}/infer",
            """{"id":"1","inputs":[{"name":"sequence","shape":[1],"datatype":"BYTES","data":["MKTAYIAKQR"]}]}"""
        ),
        ("GET", "/v1/models", ""),
        ("GET", $"/v1/models/{model}", ""),
        ("GET", $"/v2/models/{model}", ""),
        ("GET", "/v2/health/ready", ""),
        ("GET", "/info", ""),
        ("GET", "/readyz", ""),
        ("GET", "/metrics", ""),
        ("GET", "/openapi/v1.json", ""),
    ];

    /// <summary>Gives the bytes of a request.</summary>
    public byte[] Request(int number)
    {
        var random = new Random(unchecked(seed * 1_000_003 + number));
        if (random.Next(12) == 0)
        {
            return Noise(random);
        }

        var (method, path, body) = _valid[random.Next(_valid.Length)];
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = "";
        var length = -1;
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(9))
            {
                case 0:
                    method = Pick(random, ["GET", "POST", "HEAD", "OPTIONS", "DELETE", "QUERY"]);
                    break;
                case 1:
                    path = Pick(random, Paths);
                    break;
                case 2:
                    head += Pick(random, Heads);
                    break;
                case 3:
                    length = Math.Max(0, bytes.Length + random.Next(-8, 9));
                    break;
                case 4:
                    bytes = bytes[..random.Next(bytes.Length + 1)];
                    break;
                case 5:
                    bytes = Encoding.UTF8.GetBytes(
                        new string('[', random.Next(1, 3000)) + Encoding.UTF8.GetString(bytes)
                    );
                    break;
                case 6 or 7:
                    bytes = WithValue(random, bytes);
                    break;
                default:
                    Flip(random, bytes);
                    break;
            }
        }

        if (!head.Contains("Content-Type"))
        {
            head += "Content-Type: application/json\r\n";
        }

        if (!head.Contains("Content-Length") && !head.Contains("Transfer-Encoding"))
        {
            head += $"Content-Length: {(length < 0 ? bytes.Length : length)}\r\n";
        }
        else if (head.Contains("chunked") && random.Next(2) == 0)
        {
            bytes = Chunked(random, bytes);
        }

        return
        [
            .. Encoding.UTF8.GetBytes(
                $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n"
            ),
            .. bytes,
        ];
    }

    /// <summary>
    /// Sends a request and reads what comes back until the server closes. Gives the text; null if the server has not
    /// closed the connection in time. The client finishes sending after a second, or another time.
    /// </summary>
    public static async Task<string?> ExchangeAsync(
        EndPoint server,
        byte[] request,
        TimeSpan patience,
        CancellationToken cancellation,
        TimeSpan? untilFinish = null
    )
    {
        using var connection = await RawConnection.OpenAsync(server, cancellation);
        var received = new StringBuilder();
        var buffer = new byte[16 * 1024];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            await connection.SendAsync(request, limit.Token);
            var finish = Task.Delay(untilFinish ?? TimeSpan.FromSeconds(1), limit.Token);
            var finished = false;
            while (true)
            {
                var read = connection.ReadAsync(buffer, limit.Token).AsTask();
                if (!finished && await Task.WhenAny(read, finish) == finish)
                {
                    // The server may wait for the rest of a body that never comes.
                    finished = true;
                    connection.FinishSending();
                }

                var count = await read;
                if (count == 0)
                {
                    return received.ToString();
                }

                received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // A reset: the server does not read on after bytes that are no HTTP.
            return received.ToString();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 400)];
        random.NextBytes(bytes);
        return random.Next(4) switch
        {
            0 => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. bytes],
            1 => [0x16, 0x03, 0x01, 0x02, 0x00, .. bytes],
            2 => [.. "POST /v1/embeddings HTTP/1.1\r\nHost: a\r\n"u8, .. bytes, .. "\r\n\r\n"u8],
            _ => bytes,
        };
    }

    /// <summary>Puts a value that does not belong there in the place of a string, or of the whole body.</summary>
    private static byte[] WithValue(Random random, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        var colon = text.IndexOf(':', random.Next(text.Length + 1));
        var end = colon < 0 ? -1 : text.AsSpan(colon).IndexOfAny(',', '}') + colon;
        var value = Pick(random, Values);
        return Encoding.UTF8.GetBytes(
            end <= colon ? value : $"{text[..(colon + 1)]}{value}{text[end..]}"
        );
    }

    private static void Flip(Random random, byte[] bytes)
    {
        for (var flips = random.Next(1, 6); flips > 0 && bytes.Length > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }
    }

    /// <summary>Frames a body as a chunk, sometimes with a bare line feed, a wrong size or an extension.</summary>
    private static byte[] Chunked(Random random, byte[] body)
    {
        var line = random.Next(5) switch
        {
            0 => $"{body.Length:x}\n",
            1 => $"{body.Length + 3:x}\r\n",
            2 => $"{body.Length:x};a=\"b\n\"\r\n",
            3 => "-1\r\n",
            _ => $"{body.Length:x}\r\n",
        };
        return [.. Encoding.ASCII.GetBytes(line), .. body, .. "\r\n0\r\n\r\n"u8];
    }
}
