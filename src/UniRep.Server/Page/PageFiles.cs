using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace UniRep.Server.Page;

/// <summary>A file of the page, as it is sent.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="MediaType">The media type.</param>
/// <param name="Hash">The SHA-256 in base64.</param>
internal sealed record PageFile(byte[] Content, string MediaType, string Hash)
{
    public static PageFile Of(byte[] content, string mediaType) =>
        new(content, mediaType, Convert.ToBase64String(SHA256.HashData(content)));
}

/// <summary>The files of the page, which are resources of this assembly. The document names the hash of every script and
/// style sheet, so that a browser runs none that something on the way has changed.</summary>
internal static partial class PageFiles
{
    private const string Prefix = "page/";
    private const string DocumentName = "index.html";

    private static readonly Dictionary<string, string> MediaTypes = new()
    {
        [".css"] = "text/css; charset=utf-8",
        [".fasta"] = "text/plain; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>Gets the files by name, without the document.</summary>
    public static IReadOnlyDictionary<string, PageFile> Others { get; } =
        typeof(PageFiles)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])
            .Where(name => name != DocumentName)
            .ToDictionary(name => name, name => PageFile.Of(Read(name), MediaTypeOf(name)));

    /// <summary>Gets the document.</summary>
    public static PageFile Document { get; } =
        PageFile.Of(
            Encoding.UTF8.GetBytes(
                References().Replace(Encoding.UTF8.GetString(Read(DocumentName)), WithIntegrity)
            ),
            MediaTypeOf(DocumentName)
        );

    private static string WithIntegrity(Match reference) =>
        $"{reference.Value} integrity=\"sha256-{Others[reference.Groups["name"].Value].Hash}\"";

    private static string MediaTypeOf(string name) => MediaTypes[Path.GetExtension(name)];

    private static byte[] Read(string name)
    {
        using var resource = typeof(PageFiles).Assembly.GetManifestResourceStream(Prefix + name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }

    [GeneratedRegex(@"(?:href|src)=""page/(?<name>[a-z]+\.(?:js|css))""")]
    private static partial Regex References();
}
