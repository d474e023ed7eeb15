using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

public sealed partial class KernelImageTests
{
    [Fact]
    public void The_assembly_carries_the_kernels()
    {
        var names = typeof(KernelImage).Assembly.GetManifestResourceNames();
        Assert.SkipUnless(
            names.Contains(KernelImage.Resource),
            "mlstm.fatbin was missing when the assembly was built: run eng/build-kernels.sh."
        );
        Assert.NotEmpty(FatBinary.Read(KernelImage.Embedded().Bytes).Entries);
    }

    /// <summary>Without code for sm_90a the kernels for compute capability 9.0 would be empty: their code is for it alone.</summary>
    [Fact]
    public void The_compiled_file_holds_what_the_script_compiles()
    {
        var script = File.ReadAllText(Path.Combine(RepositoryFolder(), "eng", "build-kernels.sh"));
        var named = Code().Matches(script).Select(match => match.Groups["name"].Value).ToArray();
        Assert.Contains("sm_90a", named);
        var file = Path.Combine(RepositoryFolder(), "src", "UniRep.Cuda", KernelImage.Resource);
        Assert.Equal(
            named.Order(StringComparer.Ordinal),
            FatBinary.Read(File.ReadAllBytes(file)).Entries.Order(StringComparer.Ordinal)
        );
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

    [GeneratedRegex(@"-gencode=arch=\w+,code=(?<name>\w+)")]
    private static partial Regex Code();

    private static string RepositoryFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
