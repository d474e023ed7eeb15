using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

public sealed partial class KernelImageTests
{
    /// <summary>Each compiled file and the folder of its sources. A folder below takes the headers of the one above.</summary>
    public static TheoryData<string, string> Files { get; } =
        new()
        {
            { KernelImage.Scan, "" },
            { KernelImage.Training, "training" },
            { KernelImage.Peak, "peak" },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public void The_assembly_carries_the_kernels(string file, string folder)
    {
        _ = folder;
        Assert.SkipUnless(
            typeof(KernelImage).Assembly.GetManifestResourceNames().Contains(file),
            $"{file} was missing when the assembly was built: run eng/build-kernels.sh."
        );
        Assert.NotEmpty(FatBinary.Read(KernelImage.Embedded(file).Bytes).Entries);
    }

    /// <summary>Without code for sm_90a the kernels for compute capability 9.0 would be empty: their code is for it alone.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void The_compiled_file_holds_what_the_script_compiles(string file, string folder)
    {
        _ = folder;
        var script = File.ReadAllText(Path.Combine(RepositoryFolder(), "eng", "build-kernels.sh"));
        var named = Code().Matches(script).Select(match => match.Groups["name"].Value).ToArray();
        Assert.Contains("sm_90a", named);
        Assert.Equal(
            named.Order(StringComparer.Ordinal),
            FatBinary
                .Read(File.ReadAllBytes(Path.Combine(ProjectFolder(), file)))
                .Entries.Order(StringComparer.Ordinal)
        );
    }

    /// <summary>The sources and the compiled file change together: eng/build-kernels.sh writes the hash.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void The_kernels_are_compiled_from_these_sources(string file, string folder)
    {
        var kernels = Path.Combine(ProjectFolder(), "kernels");
        string[] sources =
            folder.Length == 0
                ? [.. Sources(kernels, "*.cu"), .. Sources(kernels, "*.cuh")]
                :
                [
                    .. Sources(Path.Combine(kernels, folder), "*.cu"),
                    .. Sources(Path.Combine(kernels, folder), "*.cuh"),
                    .. Sources(kernels, "*.cuh"),
                ];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var source in sources)
        {
            hash.AppendData(File.ReadAllBytes(source));
        }

        var record = Path.Combine(ProjectFolder(), Path.ChangeExtension(file, ".sources.sha256"));
        Assert.Equal(
            File.ReadAllText(record).Trim(),
            Convert.ToHexStringLower(hash.GetHashAndReset())
        );
    }

    private static IOrderedEnumerable<string> Sources(string folder, string pattern) =>
        Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal);

    private static string ProjectFolder() => Path.Combine(RepositoryFolder(), "src", "UniRep.Cuda");

    [GeneratedRegex(@"-gencode=arch=\w+,code=(?<name>\w+)")]
    private static partial Regex Code();

    private static string RepositoryFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
