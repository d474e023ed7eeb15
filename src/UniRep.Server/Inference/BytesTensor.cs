using System.Buffers.Binary;
using System.Text;
using UniRep.Server.Errors;

namespace UniRep.Server.Inference;

/// <summary>Reads the elements of a BYTES tensor: each after its length in four bytes, little-endian.</summary>
internal static class BytesTensor
{
    private const int Prefix = 4;

    /// <summary>Reads so many texts, which must be all that the bytes hold.</summary>
    public static IReadOnlyList<string> Read(ReadOnlySpan<byte> bytes, long count)
    {
        // An element is at least its length, so a shape cannot ask for more memory than the body has bytes.
        if (count > bytes.Length / Prefix)
        {
            throw Wrong(count);
        }

        var texts = new List<string>((int)count);
        for (var i = 0L; i < count; i++)
        {
            if (bytes.Length < Prefix)
            {
                throw Wrong(count);
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[Prefix..];
            if (length > bytes.Length)
            {
                throw Wrong(count);
            }

            // What is no UTF-8 becomes a character that is no residue, and is refused as such.
            texts.Add(Encoding.UTF8.GetString(bytes[..(int)length]));
            bytes = bytes[(int)length..];
        }

        return bytes.IsEmpty ? texts : throw Wrong(count);
    }

    private static RequestException Wrong(long count) =>
        RequestException.BadField(
            "inputs",
            $"The bytes of '{InferenceRun.Input}' are not {count} elements, each after its length as a little-endian uint32."
        );
}
