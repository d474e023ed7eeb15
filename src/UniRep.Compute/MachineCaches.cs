using System.Runtime.Intrinsics.X86;

namespace UniRep.Compute;

/// <summary>The data caches of a core of this machine, as the processor describes them.</summary>
public static class MachineCaches
{
    private const int Intel = 4;
    private const int Amd = unchecked((int)0x8000001D);
    private const int AmdFeatures = unchecked((int)0x80000001);

    /// <summary>Gets the bytes of each level, the first level first. Empty if the processor is not one of x86, or does not say.</summary>
    public static IReadOnlyList<long> Bytes { get; } = [.. Read()];

    private static IEnumerable<long> Read()
    {
        if (!X86Base.IsSupported)
        {
            yield break;
        }

        // Both have the same form. AMD has it if the extended features name the topology extensions: ECX, bit 22.
        var leaf =
            X86Base.CpuId(0, 0).Eax >= Intel && X86Base.CpuId(Intel, 0).Eax != 0 ? Intel
            : (X86Base.CpuId(AmdFeatures, 0).Ecx >> 22 & 1) == 1 ? Amd
            : 0;
        for (var index = 0; leaf != 0; index++)
        {
            var (eax, ebx, ecx, _) = X86Base.CpuId(leaf, index);
            const int Instructions = 2;
            switch (eax & 31)
            {
                case 0:
                    yield break;
                case Instructions:
                    continue;
                default:
                    var ways = (ebx >> 22 & 0x3FF) + 1L;
                    var partitions = (ebx >> 12 & 0x3FF) + 1;
                    var line = (ebx & 0xFFF) + 1;
                    yield return ways * partitions * line * ((uint)ecx + 1L);
                    break;
            }
        }
    }
}
