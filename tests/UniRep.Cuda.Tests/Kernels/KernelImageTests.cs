using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

public sealed class KernelImageTests
{
    /// <summary>The mark of a fat binary.</summary>
    private const uint FatBinary = 0xBA55ED50;

    [Fact]
    public void The_assembly_carries_the_kernels()
    {
        var names = typeof(KernelImage).Assembly.GetManifestResourceNames();
        Assert.SkipUnless(
            names.Contains(KernelImage.Resource),
            "mlstm.fatbin was missing when the assembly was built: run eng/build-kernels.sh."
        );
        Assert.Equal(FatBinary, BitConverter.ToUInt32(KernelImage.Embedded().Bytes));
    }
}
