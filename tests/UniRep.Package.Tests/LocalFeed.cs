using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace UniRep.Package.Tests;

/// <summary>The packages, packed once, in a folder with all that they depend on: the only source of packages that what is
/// run here knows of, so that nothing is fetched from elsewhere.</summary>
public sealed class LocalFeed : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unirep-package-").FullName;

    private readonly string _restored = DotNet
        .Run(Repository.Root, "nuget", "locals", "global-packages", "--list")
        .Lines[0]
        .Split(": ", 2)[1];

    private readonly Lazy<FSharpSession> _session;

    public LocalFeed()
    {
        _session = new(() => new FSharpSession(this));
        try
        {
            Fill();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The folder that programs run in.</summary>
    public string Folder => _folder;

    public string Packages => Path.Combine(_folder, "artifacts", "packages");

    public string Library => Path.Combine(Packages, "UniRep.FSharp.0.1.0.nupkg");

    public string Charts => Path.Combine(Packages, "UniRep.Charts.0.1.0.nupkg");

    public string Plotly => Path.Combine(Packages, "UniRep.Plotly.0.1.0.nupkg");

    public string Design => Path.Combine(Packages, "UniRep.Design.0.1.0.nupkg");

    public string Torch => Path.Combine(Packages, "UniRep.Torch.0.1.0.nupkg");

    public string Open1920 => Path.Combine(Packages, "UniRep.Weights.Open1920.0.1.0.nupkg");

    /// <summary>The package that `dotnet tool install` is asked for: it names those of the systems.</summary>
    public string Tool => Path.Combine(Packages, "UniRep.Cli.0.1.0.nupkg");

    /// <summary>The command for the system that it was packed on.</summary>
    public string ToolForThisSystem =>
        Path.Combine(Packages, $"UniRep.Cli.{ToolFiles.System}.0.1.0.nupkg");

    /// <summary>The command for every system that has no package of its own.</summary>
    public string ToolForAnySystem => Path.Combine(Packages, "UniRep.Cli.any.0.1.0.nupkg");

    public static XElement Specification(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        using var stream = archive.Entries.Single(entry => entry.Name.EndsWith(".nuspec")).Open();
        return XElement.Load(stream);
    }

    /// <summary>What a package depends on, at the lowest version that it takes.</summary>
    public static (string Id, string Version)[] Dependencies(string package) =>
        [
            .. Specification(package)
                .Descendants()
                .Where(element => element.Name.LocalName == "dependency")
                .Select(element =>
                    (
                        element.Attribute("id")!.Value,
                        element
                            .Attribute("version")!
                            .Value.Split(',')[0]
                            .Trim('[', ']', '(', ')', ' ')
                    )
                ),
        ];

    /// <summary>Writes a file into a folder that knows this feed and no other. A file that has this text stays as it is, so
    /// that what was built of it is not built again.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            File.WriteAllText(path, text);
        }

        return path;
    }

    /// <summary>Runs `dotnet` in a folder that knows this feed. What it unpacks and remembers it keeps in a home, which runs
    /// share unless they name one of their own.</summary>
    internal DotNet.Outcome Run(string[] arguments, string input = "", string home = "home") =>
        DotNet.RunAtHome(Path.Combine(_folder, home), _folder, "dotnet", arguments, input);

    /// <summary>Runs a program in the same way.</summary>
    internal DotNet.Outcome RunProgram(string program, string[] arguments) =>
        DotNet.RunAtHome(Path.Combine(_folder, "home"), _folder, program, arguments);

    /// <summary>Starts `dotnet` in the same way, and leaves it to talk with.</summary>
    internal Process Start(params string[] arguments) =>
        Process.Start(
            DotNet.StartAtHome(Path.Combine(_folder, "home"), _folder, "dotnet", arguments)
        )!;

    /// <summary>Runs a script of the folder of scripts in the session that all share.</summary>
    internal DotNet.Outcome RunInSession(string script, params string[] arguments) =>
        _session.Value.Run(script, arguments);

    public void Dispose()
    {
        if (_session.IsValueCreated)
        {
            _session.Value.Dispose();
        }

        Directory.Delete(_folder, true);
    }

    private void Fill()
    {
        Directory.CreateDirectory(Packages);
        if (Environment.GetEnvironmentVariable("UNIREP_TEST_PACKAGES") is { Length: > 0 } packed)
        {
            Take(packed);
        }
        else
        {
            PackAll();
        }

        foreach (var package in new[] { Library, Charts, Plotly, Design, Torch })
        {
            CopyDependencies(package);
        }

        Write(
            "nuget.config",
            $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="here" value="{Packages}" />
              </packageSources>
            </configuration>
            """
        );
    }

    /// <summary>Takes the packages that `.ci/run` has just made of this build.</summary>
    private void Take(string packed)
    {
        string[] packages =
        [
            Library,
            Charts,
            Plotly,
            Design,
            Torch,
            Open1920,
            Tool,
            ToolForThisSystem,
            ToolForAnySystem,
        ];
        foreach (var package in packages)
        {
            File.Copy(Path.Combine(packed, Path.GetFileName(package)), package);
        }
    }

    private void PackAll()
    {
        Pack("UniRep.FSharp/UniRep.FSharp.fsproj", "--no-build");
        Pack("UniRep.Charts/UniRep.Charts.fsproj", "--no-build");
        Pack("UniRep.Plotly/UniRep.Plotly.fsproj", "--no-build");
        Pack("UniRep.Design/UniRep.Design.fsproj", "--no-build");
        Pack("UniRep.Torch/UniRep.Torch.fsproj", "--no-build");
        Pack("UniRep.Weights.Open1920/UniRep.Weights.Open1920.fsproj", "--no-build");
        // Its code for a system comes of no build, so it is compiled here, and what it refers to is taken as built.
        Pack("UniRep.Cli/UniRep.Cli.csproj", "-p:BuildProjectReferences=false");
    }

    private void Pack(string project, string build) =>
        _ = DotNet
            .Run(
                Repository.Root,
                [
                    "pack",
                    Repository.Find("src", project),
                    build,
                    "--configuration",
                    Repository.Configuration,
                    "--output",
                    Packages,
                ]
            )
            .Lines;

    /// <summary>Copies what a package depends on, and so on, as far as the build of this repository has restored it: not what
    /// is for other frameworks or is restored in a higher version.</summary>
    private void CopyDependencies(string package)
    {
        var others = Dependencies(package)
            .Where(dependency => !dependency.Id.StartsWith("UniRep.", StringComparison.Ordinal));
        foreach (var (id, version) in others)
        {
            if (Copy(id, version) is { } copy)
            {
                CopyDependencies(copy);
            }
        }
    }

    /// <summary>Copies a restored package; null if there is none or it is here.</summary>
    private string? Copy(string id, string version)
    {
        var (folder, file) = (id.ToLowerInvariant(), $"{id}.{version}.nupkg".ToLowerInvariant());
        var (original, copy) = (
            Path.Combine(_restored, folder, version, file),
            Path.Combine(Packages, file)
        );
        if (!File.Exists(original) || File.Exists(copy))
        {
            return null;
        }

        File.Copy(original, copy);
        return copy;
    }
}
