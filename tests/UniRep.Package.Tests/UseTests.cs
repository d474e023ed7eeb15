using System.Text.RegularExpressions;

namespace UniRep.Package.Tests;

/// <summary>A stranger uses the packages: from no cache, with no source of packages but their folder.</summary>
public sealed partial class UseTests(LocalFeed feed, ITestOutputHelper output)
{
    private const string PrintInFSharp = """
        let rep = UniRep.getReps [ "ACDEFGHIKLMNPQRSTVWY" ] |> Array.head
        printfn "%s" (rep.Average |> Array.map string |> String.concat " ")
        """;

    private const string PrintInCSharp = """
        Console.WriteLine(
            string.Join(' ', model.Represent("ACDEFGHIKLMNPQRSTVWY").Average.ToArray())
        );
        """;

    private static readonly string Readme = ReadmeOf("UniRep.FSharp");
    private static readonly string LargeReadme = ReadmeOf("UniRep.Weights.Open1920");

    [Fact]
    public void A_script_in_F_sharp_does_what_the_readme_says()
    {
        var source = $"#i @\"nuget: {feed.Packages}\"\n";
        var script = feed.Write("first.fsx", source + Block("fsharp") + PrintInFSharp);
        var run = feed.Run(["fsi", script], home: "new-home");
        Golden.AssertEqual(run.Lines[0]);
        Assert.Equal("", run.Error);
        output.WriteLine(
            $"From `dotnet fsi`, nothing unpacked yet, to the first vector: {run.Time.TotalSeconds:F1} s"
        );
    }

    [Fact]
    public void F_sharp_interactive_prints_values_in_a_line()
    {
        var input = $"""
            #i @"nuget: {feed.Packages}"
            {Block("fsharp")};;
            reps;;
            Sequence.parse "MKTAYIAKQRQISFVKSHFSRQ";;
            UniRep.model ();;
            #quit;;
            """;
        var printed = Space()
            .Replace(string.Join(' ', feed.Run(["fsi", "--nologo"], input).Lines), " ");
        Assert.Matches(
            @"Rep array = \[\|Rep of 672 units: average [-0-9., ]+, …; Rep of 672 units:",
            printed
        );
        Assert.Contains(
            "= Ok Sequence of 22 residues: MKTAYIAKQRQISFVKSHFSRQ",
            printed,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Model = Model open-672: 672 units × 1 layer, CC-BY-4.0, exact, ",
            printed,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_in_C_sharp_runs_as_the_readme_says()
    {
        var file = feed.Write("script/first.cs", Block("csharp") + PrintInCSharp);
        var lines = feed.Run(["run", file]).Lines;
        Golden.AssertEqual(lines[1]);
    }

    [Theory]
    [InlineData("csproj", "Program.cs")]
    [InlineData("fsproj", "Program.fs")]
    public void A_project_refers_to_the_package(string kind, string file)
    {
        // What the oldest SDK that has the framework gives to projects in F#: a newer one must not be asked for.
        var lowest = LocalFeed
            .Dependencies(feed.Library)
            .Single(dependency => dependency.Id == "FSharp.Core")
            .Version;
        Assert.StartsWith("10.0.", lowest, StringComparison.Ordinal);
        var project = feed.Write(
            $"{kind}/App.{kind}",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="*.fs" />
                <PackageReference Include="UniRep.FSharp" Version="0.1.0" />
                <PackageReference Update="FSharp.Core" Version="{lowest}" />
              </ItemGroup>
            </Project>
            """
        );
        var directive = DirectiveLine();
        feed.Write(
            $"{kind}/{file}",
            kind == "csproj"
                ? directive.Replace(Block("csharp"), "") + PrintInCSharp
                : "module Program\nopen UniRep\n" + PrintInFSharp
        );
        Golden.AssertEqual(feed.Run(["run", "--project", project]).Lines[^2]);
    }

    [Fact]
    public void The_tool_installs_and_runs()
    {
        var tools = Path.Combine(Path.GetDirectoryName(feed.Packages)!, "tools");
        _ = feed.Run(["tool", "install", "UniRep.Cli", "--tool-path", tools]).Lines;
        var unirep = Path.Combine(tools, "unirep");
        Assert.StartsWith("0.1.0", feed.RunProgram(unirep, ["--version"]).Lines[0]);
        var fasta = feed.Write("one.fasta", $">one\n{Golden.Sequence}\n");
        var table = Path.ChangeExtension(fasta, ".csv");
        _ = feed.RunProgram(unirep, ["embed", fasta, "-o", table, "--pool", "average"]).Lines;
        var row = File.ReadAllLines(table)[1].Split(',');
        Golden.AssertEqual(string.Join(' ', row[^Golden.Units..]));
    }

    [Fact]
    public void A_script_in_F_sharp_writes_a_page_as_the_readme_says()
    {
        var source = $"#i @\"nuget: {feed.Packages}\"\n";
        var blocks = CodeBlock()
            .Matches(ReadmeOf("UniRep.Plotly"))
            .Select(block => block.Groups["code"].Value);
        _ = feed.Run(["fsi", feed.Write("page.fsx", source + string.Concat(blocks))]).Lines;
        var page = File.ReadAllText(Path.Combine(feed.Folder, "squares.html"));
        Assert.Contains("\"y\":[1.0,4.0,9.0,16.0,", page, StringComparison.Ordinal);
        var titled = File.ReadAllText(Path.Combine(feed.Folder, "titled.html"));
        Assert.Contains("The first nine squares", titled, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_in_F_sharp_loads_the_large_model()
    {
        var script = feed.Write(
            "large.fsx",
            $"#i @\"nuget: {feed.Packages}\"\n"
                + Block("fsharp", LargeReadme)
                + "printfn \"%s: %d\" model.Card.Name (rep |> Result.map _.Average.Length |> Result.defaultValue 0)\n"
        );
        Assert.Equal("open-1920: 1920", feed.Run(["fsi", script]).Lines[0]);
    }

    [Fact]
    public void A_file_in_C_sharp_loads_the_large_model()
    {
        var file = feed.Write(
            "large/large.cs",
            Block("csharp", LargeReadme) + "Console.WriteLine($\"{model.Name}: {model.Units}\");\n"
        );
        Assert.Equal("open-1920: 1920", feed.Run(["run", file]).Lines[1]);
    }

    private static string ReadmeOf(string project) =>
        File.ReadAllText(Repository.Find("src", project, "README.md"));

    private static string Block(string language, string? readme = null) =>
        CodeBlock()
            .Matches(readme ?? Readme)
            .Single(match => match.Groups["language"].Value == language)
            .Groups["code"]
            .Value;

    [GeneratedRegex(@"```(?<language>fsharp|csharp)\n(?<code>[^`]*)```")]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^#.*\n", RegexOptions.Multiline)]
    private static partial Regex DirectiveLine();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
