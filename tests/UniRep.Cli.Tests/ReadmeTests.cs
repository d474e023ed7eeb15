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
    public async Task Its_F_sharp_runs_as_a_script()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "UniRep.FSharp.dll");
        var engine = Path.Combine(AppContext.BaseDirectory, "UniRep.Compute.dll");
        var cuda = Path.Combine(AppContext.BaseDirectory, "UniRep.Cuda.dll");
        var blocks = CodeBlock()
            .Matches(Readme)
            .Where(match => match.Groups["language"].Value == "fsharp")
            .Select(match => match.Groups["code"].Value);
        _folder.Write(
            "readme.fsx",
            $"#r @\"{library}\"\n#r @\"{engine}\"\n#r @\"{cuda}\"\n{string.Join("\n", blocks)}"
        );
        using var script = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(
                "dotnet",
                ["fsi", "--quiet", "--nologo", Path.Combine(_folder.Path, "readme.fsx")]
            )
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var errors = script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(script.ExitCode == 0, await errors);
    }

    [Fact]
    public void Its_C_sharp_is_tested_as_it_stands()
    {
        var tested = File.ReadAllText(
            Path.Combine(Repository.Root, "tests", "UniRep.Interop.Tests", "UniRepModelTests.cs")
        );
        var lines = CodeBlock()
            .Matches(Readme)
            .Where(match => match.Groups["language"].Value == "csharp")
            .SelectMany(match => match.Groups["code"].Value.Split('\n'))
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line != "using UniRep;");
        Assert.All(lines, line => Assert.Contains(line, tested, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"```sh\n(?<command>[^`]*)```")]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"```(?<language>fsharp|csharp)\n(?<code>[^`]*)```")]
    private static partial Regex CodeBlock();
}
