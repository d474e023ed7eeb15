using System.Xml.Linq;
using static UniRep.Package.Tests.Archive;

namespace UniRep.Package.Tests;

/// <summary>The packages of the command hold what they should.</summary>
public sealed class ToolContentsTests(LocalFeed feed)
{
    private string Here => $"tools/net10.0/{ToolFiles.System}";

    private const string Anywhere = "tools/net10.0/any";

    [Fact]
    public void The_package_to_install_names_those_of_the_systems_and_has_no_program()
    {
        const string settings = "tools/any/any/DotnetToolSettings.xml";
        Assert.Equal([.. Common[..4], settings, .. Cards], Files(feed.Tool));
        var packages = XElement
            .Parse(Text(feed.Tool, settings).TrimStart('\uFEFF'))
            .Descendants("RuntimeIdentifierPackage")
            .Select(package =>
                (package.Attribute("RuntimeIdentifier")!.Value, Id: package.Attribute("Id")!.Value)
            );
        Assert.Equal(
            [(ToolFiles.System, $"UniRep.Cli.{ToolFiles.System}"), ("any", "UniRep.Cli.any")],
            packages
        );
    }

    [Fact]
    public void The_package_of_a_system_has_the_programs_files_those_of_its_libraries_and_no_others() =>
        Assert.Equal(
            [
                .. Common[..4],
                .. ToolFiles.ProgramsFor(ToolFiles.System).Select(name => $"{Here}/{name}"),
                .. Cards,
            ],
            Files(feed.ToolForThisSystem)
        );

    [Fact]
    public void The_package_for_any_system_has_the_native_libraries_of_all() =>
        Assert.Equal(
            [.. Common[..4], .. ToolFiles.Programs.Select(name => $"{Anywhere}/{name}"), .. Cards],
            Files(feed.ToolForAnySystem)
        );

    [Theory]
    [InlineData("unirep")]
    [InlineData("UniRep.FSharp")]
    [InlineData("UniRep.Compute")]
    [InlineData("UniRep.Design")]
    [InlineData("UniRep.Server")]
    [InlineData("FSharp.Core")]
    [InlineData("MathNet.Numerics")]
    [InlineData("System.CommandLine")]
    public void The_package_of_a_system_holds_code_compiled_ahead_of_time(string assembly)
    {
        Assert.True(
            IsCompiled(feed.ToolForThisSystem, $"{Here}/{assembly}.dll"),
            $"{assembly} is not compiled for {ToolFiles.System}"
        );
        Assert.False(
            IsCompiled(feed.ToolForAnySystem, $"{Anywhere}/{assembly}.dll"),
            $"{assembly} is compiled for one system, but is for any"
        );
    }

    [Fact]
    public void The_packages_of_the_systems_are_found_through_the_one_to_install_alone() =>
        Assert.All(
            [feed.ToolForThisSystem, feed.ToolForAnySystem],
            package =>
                Assert.Equal(
                    ["DotnetToolRidPackage"],
                    LocalFeed
                        .Specification(package)
                        .Descendants()
                        .Where(element => element.Name.LocalName == "packageType")
                        .Select(element => element.Attribute("name")!.Value)
                )
        );

    /// <summary>Whether an assembly has machine code beside its own: ReadyToRun says so in a header of its own.</summary>
    private static bool IsCompiled(string package, string file)
    {
        using var image = Image(package, file);
        return image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
