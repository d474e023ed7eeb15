using System.Buffers.Binary;
using System.Runtime.InteropServices;
using UniRep.Server.Requests;

namespace UniRep.Server.Inference;

/// <summary>An output of an inference: a view of the results, whose bytes are made as they are sent.</summary>
internal sealed record InferenceTensor(
    InferenceOutput Output,
    IReadOnlyList<InferenceResult> Results,
    int Units
)
{
    /// <summary>Gets the shape.</summary>
    public long[] Shape => Output.Shape(Results.Count, Units);

    /// <summary>Gets the bytes of one sequence.</summary>
    public int RowBytes => Output.Width(Units) * (Output.Pool is null ? 8 : 4);

    /// <summary>Gets the bytes of all sequences.</summary>
    public int Bytes => checked(RowBytes * Results.Count);

    /// <summary>Gives the vector of a sequence.</summary>
    public float[] Vector(int row) => Pooling.VectorOf(Results[row].Rep!, Output.Pool!);

    /// <summary>Writes the values of a sequence, little-endian.</summary>
    public void WriteRow(int row, Span<byte> target)
    {
        if (Output.Pool is null)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(target, Results[row].LogLikelihood);
            return;
        }

        var vector = Vector(row);
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(vector.AsSpan()).CopyTo(target);
            return;
        }

        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(target[(4 * i)..], vector[i]);
        }
    }

    /// <summary>Gives the bytes of all sequences, row by row.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        for (var row = 0; row < Results.Count; row++)
        {
            WriteRow(row, bytes.AsSpan(row * RowBytes, RowBytes));
        }

        return bytes;
    }
}
