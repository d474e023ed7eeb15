using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace UniRep.Tests;

/// <summary>A request with one sequence, and the text that a right answer holds: the library's vector, bit for bit.</summary>
internal sealed record LoadRequest(byte[] Bytes, byte[] Expected, int Residues)
{
    private const string Line = "POST /v1/embeddings HTTP/1.1\r\n";

    /// <summary>Makes a request.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="encoding">base64 or float.</param>
    /// <param name="letters">The sequence.</param>
    /// <param name="vector">What the library says of it.</param>
    public static LoadRequest Create(string model, string encoding, string letters, float[] vector)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                model,
                input = letters,
                encoding_format = encoding,
            }
        );
        var head =
            $"{Line}Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        return new LoadRequest(
            [.. Encoding.ASCII.GetBytes(head), .. body],
            Written(vector, encoding),
            letters.Length
        );
    }

    /// <summary>Gives the bytes of the request with an id, which the server writes into its log.</summary>
    public byte[] WithId(string id) =>
        [
            .. Bytes[..Line.Length],
            .. Encoding.ASCII.GetBytes($"X-Request-Id: {id}\r\n"),
            .. Bytes[Line.Length..],
        ];

    /// <summary>Tells whether an answer has the right vector.</summary>
    public bool IsRight(RawResponse response) => response.Body.Span.IndexOf(Expected) >= 0;

    /// <summary>Writes a vector as the server should.</summary>
    private static byte[] Written(float[] vector, string encoding)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            if (encoding == "base64")
            {
                json.WriteBase64StringValue(MemoryMarshal.AsBytes<float>(vector));
            }
            else
            {
                JsonSerializer.Serialize(json, vector);
            }
        }

        return stream.ToArray();
    }
}
