using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace UniRep.Package.Tests;

/// <summary>Reads what a package holds.</summary>
internal static partial class Archive
{
    /// <summary>Gets the descriptions of the models, which every package has.</summary>
    public static string[] Cards { get; } =
    ["weights/README.md", "weights/open-1920.md", "weights/open-256.md", "weights/open-672.md"];

    /// <summary>Gets what every package has.</summary>
    public static string[] Common { get; } =
    ["LICENSE", "README.md", "THIRD-PARTY-NOTICES.md", "icon.png", .. Cards];

    /// <summary>The files of a package, without those of packaging itself.</summary>
    public static string[] Files(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        return
        [
            .. archive
                .Entries.Select(entry => entry.FullName)
                .Where(name => !PackagingOwn().IsMatch(name))
                .Order(StringComparer.Ordinal),
        ];
    }

    public static byte[] Bytes(string package, string file)
    {
        using var archive = ZipFile.OpenRead(package);
        using var stream = archive.GetEntry(file)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static string Text(string package, string file) =>
        new StreamReader(new MemoryStream(Bytes(package, file))).ReadToEnd();

    public static PEReader Image(string package, string file) => new([.. Bytes(package, file)]);

    [GeneratedRegex(@"^(_rels/|package/|\[Content_Types\]|[^/]*\.nuspec$)")]
    private static partial Regex PackagingOwn();
}
