using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using static UniRep.Package.Tests.Archive;

namespace UniRep.Package.Tests;

/// <summary>The packages hold what they should.</summary>
public sealed partial class ContentsTests(LocalFeed feed)
{
    private const StringComparison Insensitive = StringComparison.OrdinalIgnoreCase;

    [Fact]
    public void The_library_has_these_files_and_no_others() =>
        Assert.Equal(
            [
                "LICENSE",
                "README.md",
                "THIRD-PARTY-NOTICES.md",
                "content/UniRep.FSharp.fsx",
                "icon.png",
                "lib/net10.0/UniRep.Compute.dll",
                "lib/net10.0/UniRep.Compute.xml",
                "lib/net10.0/UniRep.Cuda.dll",
                "lib/net10.0/UniRep.Cuda.xml",
                "lib/net10.0/UniRep.FSharp.dll",
                "lib/net10.0/UniRep.FSharp.xml",
                .. Cards,
            ],
            Files(feed.Library)
        );

    [Theory]
    [InlineData("UniRep.Weights.Open1920", "FSharp.Core UniRep.FSharp")]
    [InlineData("UniRep.Charts", "FSharp.Core MathNet.Numerics UniRep.FSharp")]
    [InlineData("UniRep.Plotly", "FSharp.Core Plotly.NET UniRep.Charts")]
    [InlineData("UniRep.Design", "FSharp.Core MathNet.Numerics UniRep.Charts UniRep.FSharp")]
    [InlineData("UniRep.Torch", "FSharp.Core TorchSharp UniRep.FSharp")]
    public void What_not_everyone_needs_is_a_package_of_its_own(string id, string dependencies)
    {
        var package = Path.Combine(feed.Packages, $"{id}.0.1.0.nupkg");
        Assert.Equal(
            [.. Common[..4], $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", .. Cards],
            Files(package)
        );
        Assert.Equal(
            dependencies.Split(' '),
            LocalFeed
                .Dependencies(package)
                .Select(dependency => dependency.Id)
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_packages_of_charts_stay_small() =>
        Assert.All(
            [feed.Charts, feed.Plotly],
            package => Assert.InRange(new FileInfo(package).Length, 0, 200_000)
        );

    [Fact]
    public void The_library_stays_small() =>
        Assert.InRange(new FileInfo(feed.Library).Length, 0, 12_000_000);

    [Fact]
    public void The_library_depends_on_these_packages_alone() =>
        Assert.Equal(
            ["CsvHelper", "FSharp.Core"],
            LocalFeed.Dependencies(feed.Library).Select(dependency => dependency.Id)
        );

    [Fact]
    public void The_packages_say_what_they_are() =>
        Assert.All(
            [
                feed.Library,
                feed.Charts,
                feed.Plotly,
                feed.Design,
                feed.Torch,
                feed.Open1920,
                feed.Tool,
                feed.ToolForThisSystem,
                feed.ToolForAnySystem,
            ],
            package =>
            {
                var specification = LocalFeed.Specification(package);
                string Said(string name) =>
                    specification
                        .Descendants()
                        .Single(element => element.Name.LocalName == name)
                        .Value;
                Assert.Equal("0.1.0", Said("version"));
                Assert.Equal("MIT AND CC-BY-4.0", Said("license"));
                Assert.Equal("README.md", Said("readme"));
                Assert.Equal("icon.png", Said("icon"));
                Assert.Contains("protein", Said("description"), StringComparison.Ordinal);
                Assert.Contains("protein", Said("tags"), StringComparison.Ordinal);
                Assert.All(Common, file => Assert.Contains(file, Files(package)));
            }
        );

    [Fact]
    public void Readmes_have_no_link_that_leads_nowhere_outside_the_repository() =>
        Assert.All(
            [feed.Library, feed.Charts, feed.Plotly, feed.Torch, feed.Open1920, feed.Tool],
            package =>
                Assert.All(
                    Link().Matches(Text(package, "README.md")),
                    link =>
                        Assert.StartsWith(
                            "https://",
                            link.Groups["target"].Value,
                            StringComparison.Ordinal
                        )
                )
        );

    [Fact]
    public void The_model_is_within_the_library()
    {
        using var image = Image(feed.Library, "lib/net10.0/UniRep.FSharp.dll");
        var reader = image.GetMetadataReader();
        var resources = reader.ManifestResources.Select(handle =>
            reader.GetString(reader.GetManifestResource(handle).Name)
        );
        Assert.Superset(
            new HashSet<string> { "open-256.safetensors", "open-672.safetensors" },
            resources.ToHashSet()
        );
    }

    [Theory]
    [InlineData("UniRep.FSharp")]
    [InlineData("UniRep.Compute")]
    public void Every_public_type_is_documented(string assembly)
    {
        using var image = Image(feed.Library, $"lib/net10.0/{assembly}.dll");
        var reader = image.GetMetadataReader();
        var types = reader
            .TypeDefinitions.Select(reader.GetTypeDefinition)
            .Where(type =>
                (type.Attributes & System.Reflection.TypeAttributes.VisibilityMask)
                == System.Reflection.TypeAttributes.Public
            )
            .Where(type => !reader.GetString(type.Name).StartsWith('<'))
            .Select(type => $"T:{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}");
        var documented = XElement
            .Parse(Text(feed.Library, $"lib/net10.0/{assembly}.xml"))
            .Descendants("member")
            .Select(member => member.Attribute("name")!.Value)
            .ToHashSet();
        Assert.All(types, type => Assert.Contains(type, documented));
    }

    [Theory]
    [InlineData("lib/net10.0/UniRep.FSharp.dll")]
    [InlineData("lib/net10.0/UniRep.Compute.dll")]
    public void Symbols_are_within_and_name_files_from_the_root_of_the_repository(string library)
    {
        Assert.SkipUnless(Repository.Configuration == "Release", "paths are kept in Debug");
        using var image = Image(feed.Library, library);
        var symbols = image
            .ReadDebugDirectory()
            .Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using var provider = image.ReadEmbeddedPortablePdbDebugDirectoryData(symbols);
        var reader = provider.GetMetadataReader();
        var files = reader
            .Documents.Select(handle => reader.GetString(reader.GetDocument(handle).Name))
            .ToArray();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Matches("^/_/[^/]", file));
    }

    [Fact]
    public void The_programs_do_not_name_the_folder_that_they_were_built_in()
    {
        Assert.SkipUnless(Repository.Configuration == "Release", "paths are kept in Debug");
        foreach (
            var package in new[] { feed.Library, feed.ToolForThisSystem, feed.ToolForAnySystem }
        )
        {
            var ours = Files(package)
                .Where(file => Path.GetFileName(file).StartsWith("unirep", Insensitive))
                .ToArray();
            Assert.NotEmpty(ours);
            Assert.All(
                ours,
                file =>
                {
                    var bytes = Bytes(package, file);
                    Assert.Equal(
                        -1,
                        bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Repository.Root))
                    );
                    Assert.Equal(
                        -1,
                        bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(Repository.Root))
                    );
                }
            );
        }
    }

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)")]
    private static partial Regex Link();
}
