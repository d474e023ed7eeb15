using System.Buffers.Binary;

namespace UniRep.Compute.Tests;

/// <summary>What a fat binary holds: machine code and PTX, each for an architecture, as its headers say.</summary>
internal sealed class FatBinary
{
    private const uint Mark = 0xBA55ED50;

    /// <summary>The flag of code for one architecture alone, such as sm_90a.</summary>
    private const ulong Specific = 0x10_0000;

    /// <summary>Gets the entries, as nvcc names them: sm_80 for machine code, compute_80 for PTX.</summary>
    public List<string> Entries { get; } = [];

    /// <summary>Reads the headers: a mark, the sizes, then a header and a payload, mostly compressed, for each entry.</summary>
    public static FatBinary Read(ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(Mark, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        var rest = bytes[BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..])..];
        Assert.Equal((ulong)rest.Length, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        var binary = new FatBinary();
        while (!rest.IsEmpty)
        {
            binary.Entries.Add(Name(rest));
            var header = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var payload = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]);
            rest = rest[checked((int)(header + payload))..];
        }

        return binary;
    }

    private static string Name(ReadOnlySpan<byte> header)
    {
        var kind = BinaryPrimitives.ReadUInt16LittleEndian(header) switch
        {
            1 => "compute",
            2 => "sm",
            var other => $"kind {other}",
        };
        var architecture = BinaryPrimitives.ReadUInt32LittleEndian(header[28..]);
        var flags = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        return $"{kind}_{architecture}{((flags & Specific) == 0 ? "" : "a")}";
    }
}
