using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UniRep.Compute.Internals.Products.Emission;

/// <summary>
/// Micro-kernels for 1 to 6 rows that use the integer dot products of AVX-512 (VNNI). .NET has no intrinsics for them in 512
/// bits. They give the same bits as <see cref="TileKernels{TSimd,TForm,TVector}"/>, because sums of integers are exact, and
/// each is compared with it before it is used. They exist only on Linux x64 with VNNI.
/// </summary>
internal sealed unsafe class EmittedKernels
{
    private const int Rows = 6;
    private const int Vectors = 4;

    // Linux passes the argument in rdi. The callee may change these and all vector registers.
    private const int Rax = 0;
    private const int Rsi = 6;
    private const int Rdx = 2;
    private const int Rdi = 7;
    private const int R8 = 8;

    private static readonly Lazy<EmittedKernels?> ForShorts = new(() => Create(Precision.Int16));
    private static readonly Lazy<EmittedKernels?> ForBytes = new(() => Create(Precision.Int8));
    private readonly byte*[] _entries;

    private EmittedKernels(byte*[] entries) => _entries = entries;

    /// <summary>Gives the kernels of a precision; null if there are none.</summary>
    public static EmittedKernels? Of(Precision precision) =>
        precision switch
        {
            Precision.Int16 => ForShorts.Value,
            Precision.Int8 => ForBytes.Value,
            _ => null,
        };

    /// <summary>Runs the kernel for a number of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Call(int rows, in TileArguments arguments)
    {
        fixed (TileArguments* pointer = &arguments)
        {
            ((delegate* unmanaged<TileArguments*, void>)_entries[rows - 1])(pointer);
        }
    }

    private static EmittedKernels? Create(Precision precision)
    {
        if (!IsPossible)
        {
            return null;
        }

        var entries = new byte*[Rows];
        for (var rows = 1; rows <= Rows; rows++)
        {
            entries[rows - 1] = ExecutableMemory.Place(Assemble(rows, precision));
            if (entries[rows - 1] is null)
            {
                return null;
            }
        }

        var kernels = new EmittedKernels(entries);
        return SelfTest.Passes(kernels, precision) ? kernels : null;
    }

    private static bool IsPossible =>
        OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture == Architecture.X64
        && Vector512.IsHardwareAccelerated
        && Avx512BW.IsSupported
        // AVX512_VNNI: leaf 7, ECX, bit 11.
        && (X86Base.CpuId(7, 0).Ecx >> 11 & 1) == 1;

    /// <summary>
    /// Assembles a kernel. zmm0 to zmm23 hold sums, row by row; zmm24 to zmm27 weights; zmm28 one item of a row in all places.
    /// rax points to the first row and rdi to the fourth, so that multiples 0 to 2 of rdx, the stride, reach all six.
    /// </summary>
    private static byte[] Assemble(int rows, Precision precision)
    {
        const int Weights = 24;
        const int Item = 28;
        var code = new Evex();
        code.Raw(0x48, 0x8B, 0x47, 0x00); // mov rax, [rdi]       A
        code.Raw(0x48, 0x8B, 0x57, 0x08); // mov rdx, [rdi + 8]   Stride
        code.Raw(0x48, 0x8B, 0x77, 0x10); // mov rsi, [rdi + 16]  Panel
        code.Raw(0x48, 0x8B, 0x4F, 0x18); // mov rcx, [rdi + 24]  Depth
        code.Raw(0x4C, 0x8B, 0x47, 0x20); // mov r8, [rdi + 32]   Tile
        code.Raw(0x4C, 0x8B, 0x4F, 0x28); // mov r9, [rdi + 40]   Next
        code.Raw(0x4C, 0x8B, 0x57, 0x30); // mov r10, [rdi + 48]  Ahead
        code.Raw(0x4C, 0x8B, 0x5F, 0x38); // mov r11, [rdi + 56]  Step
        code.Raw(0x48, 0xC1, 0xE2, 0x02); // shl rdx, 2
        code.Raw(0x48, 0x8D, 0x3C, 0x52); // lea rdi, [rdx + rdx * 2]
        code.Raw(0x48, 0x01, 0xC7); // add rdi, rax
        EachSum(rows, (sum, memory) => code.Load(sum, memory));
        var loop = code.Position;
        code.Raw(0x41, 0x0F, 0x18, 0x11); // prefetcht1 [r9]
        code.Raw(0x43, 0x0F, 0x18, 0x14, 0x11); // prefetcht1 [r9 + r10]
        code.Raw(0x4D, 0x01, 0xD9); // add r9, r11
        for (var vector = 0; vector < Vectors; vector++)
        {
            code.Load(Weights + vector, new Evex.Memory(Rsi, Displacement: 64 * vector));
        }

        for (var row = 0; row < rows; row++)
        {
            var first = row < 3 ? Rax : Rdi;
            code.Broadcast(Item, new Evex.Memory(first, Rdx, row % 3));
            for (var vector = 0; vector < Vectors; vector++)
            {
                var sum = row * Vectors + vector;
                if (precision == Precision.Int8)
                {
                    code.DotBytes(sum, Item, Weights + vector);
                }
                else
                {
                    code.DotShorts(sum, Item, Weights + vector);
                }
            }
        }

        code.Raw(0x48, 0x81, 0xC6, 0x00, 0x01, 0x00, 0x00); // add rsi, 256
        code.Raw(0x48, 0x83, 0xC0, 0x04); // add rax, 4
        code.Raw(0x48, 0x83, 0xC7, 0x04); // add rdi, 4
        code.Raw(0x48, 0xFF, 0xC9); // dec rcx
        code.JumpIfNotZero(loop);
        EachSum(rows, (sum, memory) => code.Store(memory, sum));
        code.Raw(0xC5, 0xF8, 0x77); // vzeroupper
        code.Raw(0xC3); // ret
        return code.ToArray();
    }

    private static void EachSum(int rows, Action<int, Evex.Memory> act)
    {
        for (var sum = 0; sum < rows * Vectors; sum++)
        {
            act(sum, new Evex.Memory(R8, Displacement: 64 * sum));
        }
    }
}
