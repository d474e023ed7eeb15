using System.Runtime.CompilerServices;
using System.Security.Cryptography;
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

    /// <summary>The sources and the compiled file change together: eng/build-kernels.sh writes the hash.</summary>
    [Fact]
    public void The_kernels_are_compiled_from_these_sources()
    {
        var folder = Path.Combine(RepositoryFolder(), "src", "UniRep.Cuda");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (
            var file in Directory
                .GetFiles(Path.Combine(folder, "kernels"))
                .OrderBy(file => Path.GetExtension(file), StringComparer.Ordinal)
                .ThenBy(Path.GetFileName, StringComparer.Ordinal)
        )
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        var recorded = File.ReadAllText(Path.Combine(folder, "mlstm.sources.sha256")).Trim();
        Assert.Equal(recorded, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static string RepositoryFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
