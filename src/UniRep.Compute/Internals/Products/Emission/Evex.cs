namespace UniRep.Compute.Internals.Products.Emission;

/// <summary>
/// An assembler for the 512-bit (EVEX) instructions of a micro-kernel. Intel's Software Developer's Manual, volume 2, defines
/// each byte.
/// </summary>
internal sealed class Evex
{
    private const byte Map0F = 1;
    private const byte Map0F38 = 2;
    private const byte Prefix66 = 1;
    private const byte PrefixF3 = 2;
    private readonly List<byte> _code = [];

    /// <summary>The position of the next byte.</summary>
    public int Position => _code.Count;

    public byte[] ToArray() => [.. _code];

    /// <summary>Adds bytes as they are.</summary>
    public void Raw(params ReadOnlySpan<byte> bytes) => _code.AddRange(bytes);

    /// <summary>vmovdqu32 zmm, [base + displacement].</summary>
    public void Load(int target, Memory source) =>
        WithMemory(Map0F, PrefixF3, 0x6F, target, 0, source);

    /// <summary>vmovdqu32 [base + displacement], zmm.</summary>
    public void Store(Memory target, int source) =>
        WithMemory(Map0F, PrefixF3, 0x7F, source, 0, target);

    /// <summary>vpbroadcastd zmm, dword [base + index · scale].</summary>
    public void Broadcast(int target, Memory source) =>
        WithMemory(Map0F38, Prefix66, 0x58, target, 0, source);

    /// <summary>vpdpbusd sum, a, b: sum += the dot product of four unsigned bytes and four signed bytes.</summary>
    public void DotBytes(int sum, int a, int b) => WithRegister(0x50, sum, a, b);

    /// <summary>vpdpwssd sum, a, b: sum += the dot product of two pairs of signed 16-bit integers.</summary>
    public void DotShorts(int sum, int a, int b) => WithRegister(0x52, sum, a, b);

    /// <summary>jnz to an earlier position.</summary>
    public void JumpIfNotZero(int position)
    {
        Raw(0x0F, 0x85);
        _code.AddRange(BitConverter.GetBytes(position - (Position + sizeof(int))));
    }

    private void WithRegister(byte opcode, int sum, int a, int b)
    {
        Prefix(Map0F38, Prefix66, sum, a, b >> 3 & 1, b >> 4 & 1);
        Raw(opcode, (byte)(0xC0 | (sum & 7) << 3 | b & 7));
    }

    private void WithMemory(byte map, byte prefix, byte opcode, int register, int a, Memory memory)
    {
        Prefix(map, prefix, register, a, memory.Base >> 3 & 1, memory.Index >> 3 & 1);
        // A displacement of 32 bits is not scaled. [base] without one has another meaning for some registers.
        Raw(opcode);
        if (memory.Scale == 0)
        {
            Raw((byte)(0x80 | (register & 7) << 3 | memory.Base & 7));
        }
        else
        {
            var scale = memory.Scale == 1 ? 0 : 1;
            Raw(
                (byte)(0x80 | (register & 7) << 3 | 4),
                (byte)(scale << 6 | (memory.Index & 7) << 3 | memory.Base & 7)
            );
        }

        _code.AddRange(BitConverter.GetBytes(memory.Displacement));
    }

    /// <summary>Adds the four bytes of EVEX: 512 bits, no mask. The high bits of registers are stored inverted.</summary>
    private void Prefix(byte map, byte prefix, int register, int a, int b, int x) =>
        Raw(
            0x62,
            (byte)(
                (~register >> 3 & 1) << 7
                | (~x & 1) << 6
                | (~b & 1) << 5
                | (~register >> 4 & 1) << 4
                | map
            ),
            (byte)((~a & 15) << 3 | 4 | prefix),
            (byte)(0x40 | (~a >> 4 & 1) << 3)
        );

    /// <summary>An address: registers by number, and a scale of 1 or 2, or 0 for no index.</summary>
    internal readonly record struct Memory(
        int Base,
        int Index = 0,
        int Scale = 0,
        int Displacement = 0
    );
}
