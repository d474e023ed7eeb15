using System.Text.RegularExpressions;

namespace UniRep.Cli.Tests;

/// <summary>What the README says is true.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private static readonly string Readme = File.ReadAllText(
        Path.Combine(Repository.Root, "README.md")
    );

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_first_command_writes_what_it_says()
    {
        var command = ShellBlock().Match(Readme).Groups["command"].Value;
        Assert.StartsWith(
            "dotnet run -c Release --project src/UniRep.Cli -- embed samples/",
            command,
            StringComparison.Ordinal
        );
        var arguments = command.Split(" -- ")[1].Trim().Split(' ');
        arguments[1] = Path.Combine(Repository.Root, arguments[1]);
        Unirep.Run(_folder.Path, arguments).AssertDone();
        Assert.Equal(["famous.npz"], _folder.Files);
    }

    [Fact]
    public void Its_second_command_is_what_runs_these_tests()
    {
        var commands = ShellBlock()
            .Matches(Readme)
            .Select(match => match.Groups["command"].Value.Trim())
            .ToArray();
        Assert.Equal("dotnet test -c Release", commands[1]);
        Assert.Contains(
            "count dotnet test -c Release",
            File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_file_it_links_to_is_there()
    {
        var links = Link().Matches(Readme).Select(match => match.Groups["target"].Value).ToArray();
        Assert.NotEmpty(links);
        Assert.All(
            links,
            link => Assert.True(Path.Exists(Path.Combine(Repository.Root, link)), link)
        );
    }

    [GeneratedRegex(@"```sh\n(?<command>[^`]*)```")]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"\]\((?<target>(?!http)[^)#]+)\)")]
    private static partial Regex Link();
}
