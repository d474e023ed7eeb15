using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using UniRep.Compute;
using UniRep.Server.Computation;

namespace UniRep.Server.Caching;

/// <summary>The SHA-256 of everything that the bits of a result depend on.</summary>
internal readonly record struct CacheKey(UInt128 High, UInt128 Low)
{
    public const int Length = SHA256.HashSizeInBytes;

    public static CacheKey Read(ReadOnlySpan<byte> hash) =>
        new(
            BinaryPrimitives.ReadUInt128BigEndian(hash),
            BinaryPrimitives.ReadUInt128BigEndian(hash[(Length / 2)..])
        );

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(Length / 2), Low);
        return bytes;
    }
}

/// <summary>Makes the keys of a server's results. They name the weights, the precision, what computes (the instruction set
/// chooses the order of sums), the version of the program, whose next one may compute otherwise, and the order of bytes in a
/// value.</summary>
internal sealed class CacheKeys(ServedModel served)
{
    private readonly byte[] _origin = Fields(
        "unirep-result-1",
        served.Model.Fingerprint,
        served.Model.Precision,
        Computer(served.Model.Device),
        served.Version,
        BitConverter.IsLittleEndian ? "little-endian" : "big-endian"
    );

    /// <summary>Makes the key of a result.</summary>
    /// <param name="kind">What is computed of the sequence.</param>
    /// <param name="sequence">The sequence.</param>
    public CacheKey Of(string kind, Sequence sequence)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_origin);
        hash.AppendData(Fields(kind));
        hash.AppendData(sequence.Tokens.Span);
        return CacheKey.Read(hash.GetHashAndReset());
    }

    /// <summary>Names what the bits depend on: the number of threads is no part of it.</summary>
    private static string Computer(Device device) =>
        device switch
        {
            Device.Cpu { instructionSet: { } set } => $"cpu {InstructionSetModule.name(set.Value)}",
            Device.Gpu gpu => $"gpu {gpu.name}",
            _ => "cpu",
        };

    /// <summary>Joins texts so that no two lists give the same bytes: each after its length.</summary>
    private static byte[] Fields(params string[] texts)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        foreach (var text in texts)
        {
            writer.Write(text);
        }

        writer.Flush();
        return bytes.ToArray();
    }
}
