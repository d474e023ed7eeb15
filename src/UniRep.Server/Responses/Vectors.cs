using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using UniRep.Server.Requests;

namespace UniRep.Server.Responses;

/// <summary>Writes float32 values as JSON: numbers that read back to the same bits, or base64 of little-endian bytes.</summary>
internal static class Vectors
{
    /// <summary>Writes an array of numbers.</summary>
    public static void WriteNumbers(Utf8JsonWriter json, ReadOnlySpan<float> values)
    {
        json.WriteStartArray();
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the bytes of values as base64.</summary>
    public static void WriteBase64(Utf8JsonWriter json, ReadOnlySpan<float> values) =>
        json.WriteBase64StringValue(LittleEndian(values));

    /// <summary>Gives all values of a table, row by row.</summary>
    public static ReadOnlySpan<float> Flat(float[,] table) =>
        MemoryMarshal.CreateReadOnlySpan(ref table[0, 0], table.Length);

    /// <summary>Gives the states after each residue, without that after start, row by row.</summary>
    public static ReadOnlySpan<float> AfterResidues(float[,] states) =>
        Flat(states)[states.GetLength(1)..];

    /// <summary>Gives a row of a table.</summary>
    public static ReadOnlySpan<float> Row(float[,] table, int row) =>
        Flat(table).Slice(row * table.GetLength(1), table.GetLength(1));

    /// <summary>Scales a vector to length 1; one of zeros stays as it is.</summary>
    public static float[] OfLengthOne(float[] values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (double)value * value;
        }

        var length = Math.Sqrt(sum);
        return length == 0 ? values : Array.ConvertAll(values, value => (float)(value / length));
    }

    /// <summary>Writes how much was computed, as OpenAI does: a token is a residue.</summary>
    public static void WriteUsage(this Utf8JsonWriter json, SequenceBatch batch)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", batch.Residues);
        json.WriteNumber("total_tokens", batch.Residues);
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> LittleEndian(ReadOnlySpan<float> values)
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (BitConverter.IsLittleEndian)
        {
            return bytes;
        }

        var swapped = new byte[bytes.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(swapped.AsSpan(4 * i), values[i]);
        }

        return swapped;
    }
}
