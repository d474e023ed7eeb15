using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace UniRep.Package.Tests;

/// <summary>One F# Interactive, in which scripts run one after another: a start with its search for packages takes ten
/// seconds, a script in a session that has begun takes less than one. Of a script here nothing is changed but its first lines,
/// which name packages, and its <c>exit</c>. That scripts find their packages, and end their process, is tested where they run
/// by themselves.</summary>
internal sealed partial class FSharpSession : IDisposable
{
    private const string Mark = "ended with";
    private static readonly string[] Packages = ["UniRep.Design", "UniRep.Plotly", "UniRep.Torch"];

    private readonly string _folder;
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    public FSharpSession(LocalFeed feed)
    {
        _folder = Path.Combine(feed.Folder, "session");
        CopyScripts();
        _process = feed.Start("fsi", "--nologo", "--quiet");
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
        Say($"#i @\"nuget: {feed.Packages}\"");
        Say(string.Concat(Packages.Select(package => $"#r \"nuget: {package}\"\n")));
        Say($"#load @\"{Path.Combine(_folder, "session.fsx")}\"");
    }

    /// <summary>Runs a script of the folder of scripts.</summary>
    public DotNet.Outcome Run(string script, string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        var words = arguments.Prepend($"scripts/{script}").Select(word => $"@\"{word}\"");
        Say($"Session.start [| {string.Join("; ", words)} |]");
        Say($"#load @\"{Path.Combine(_folder, "scripts", script)}\"");
        Say($"Session.finish @\"{_folder}\" \"{Mark}\"");
        var code = ReadCode(script);
        return new DotNet.Outcome(
            code,
            File.ReadAllText(Path.Combine(_folder, "output.txt")),
            File.ReadAllText(Path.Combine(_folder, "error.txt")) + (code == 70 ? Errors() : ""),
            watch.Elapsed
        );
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Say(string interaction)
    {
        _process.StandardInput.WriteLine(interaction);
        _process.StandardInput.WriteLine(";;");
        _process.StandardInput.Flush();
    }

    private int ReadCode(string script)
    {
        while (true)
        {
            var line = _process
                .StandardOutput.ReadLineAsync()
                .WaitAsync(DotNet.Patience, TestContext.Current.CancellationToken)
                .GetAwaiter()
                .GetResult();
            Assert.True(line is not null, $"F# Interactive ended in {script}: {Errors()}");
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                return int.Parse(line[Mark.Length..]);
            }
        }
    }

    private string Errors()
    {
        lock (_errors)
        {
            return _errors.ToString();
        }
    }

    private void CopyScripts()
    {
        var scripts = Repository.Find("scripts");
        foreach (var path in Directory.GetFiles(scripts, "*.fsx", SearchOption.AllDirectories))
        {
            var place = Path.GetRelativePath(scripts, path);
            var text = PackageLine().Replace(File.ReadAllText(path), "");
            text = FeedOfLoad().Replace(text, "#load ");
            text =
                place == "prelude.fsx"
                    ? FirstDeclaration().Replace(text, "let exit code = Session.exit code\n\n", 1)
                : Path.GetFileName(place) == place ? text + "\nSession.complete ()\n"
                : text;
            Write(Path.Combine("scripts", place), text);
        }

        Write(
            "session.fsx",
            File.ReadAllText(Repository.Find("tests", "UniRep.Package.Tests", "session.fsx"))
        );
    }

    private void Write(string place, string text)
    {
        var path = Path.Combine(_folder, place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    [GeneratedRegex("^#r \"nuget: .*\n", RegexOptions.Multiline)]
    private static partial Regex PackageLine();

    [GeneratedRegex("^#load \"[./]*/artifacts/local-feed.fsx\" ", RegexOptions.Multiline)]
    private static partial Regex FeedOfLoad();

    /// <summary>The place before the first declaration of the prelude, after what it opens.</summary>
    [GeneratedRegex("^(?=/// )", RegexOptions.Multiline)]
    private static partial Regex FirstDeclaration();
}
