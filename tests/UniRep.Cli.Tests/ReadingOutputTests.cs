using System.Diagnostics;
using System.Text.RegularExpressions;

namespace UniRep.Cli.Tests;

/// <summary>What docs/reading-output.md says of the output is true, and its Python runs.</summary>
public sealed partial class ReadingOutputTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private readonly TemporaryFolder _folder = new();
    private static readonly string Page = File.ReadAllText(
        Path.Combine(Repository.Root, "docs", "reading-output.md")
    );

    public ReadingOutputTests()
    {
        Assert.SkipUnless(
            File.Exists(Python) && Run("import numpy, pandas").ExitCode == 0,
            $"{Python} with NumPy and pandas is not here"
        );
        var samples = Directory.CreateDirectory(Path.Combine(_folder.Path, "samples"));
        File.Copy(
            Path.Combine(Repository.Root, "samples", "famous.fasta"),
            Path.Combine(samples.FullName, "famous.fasta")
        );
        foreach (var command in Blocks("sh").Single().Trim().Split('\n'))
        {
            Unirep.Run(_folder.Path, command.Split(' ')[1..]).AssertDone();
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_Python_prints_what_it_says()
    {
        string[] blocks = [.. Blocks("python")];
        Assert.InRange(blocks.Length, 5, 20);
        var outcome = Run(string.Join('\n', blocks)).AssertDone();
        // A line `print(…)  # this` is to print this.
        var told = Printed().Matches(string.Join('\n', blocks)).Select(m => m.Groups["text"].Value);
        Assert.All(told, text => Assert.Contains(text.Trim(), outcome.Text.Split('\n')));
    }

    [Fact]
    public void Its_keys_types_and_shapes_are_those_of_the_files()
    {
        const string Script = """
            import numpy as np
            for name in ["famous.npz", "residues.npz"]:
                with np.load(name) as file:
                    for key in file:
                        kind = "text" if file[key].dtype.kind == "U" else file[key].dtype
                        print(name, key, kind, *file[key].shape)
            """;
        string[] expected =
        [
            "famous.npz ids text 9",
            "famous.npz lengths int32 9",
            "famous.npz average float32 9 256",
            "famous.npz final float32 9 256",
            "famous.npz cell float32 9 256",
            "famous.npz meta text",
            "residues.npz 0 float32 76 256",
            "residues.npz ids text 9",
            "residues.npz lengths int32 9",
            "residues.npz meta text",
        ];
        var lines = Run(Script).AssertDone().Text.TrimEnd().Split('\n');
        Assert.Equal(16 + 2, lines.Length);
        Assert.All(expected, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void Every_format_holds_the_same_numbers()
    {
        const string Script = """
            npz = np.load("famous.npz")
            expected = npz["average"]
            assert list(npz["ids"]) == ids == list(table.index) == [r["id"] for r in records]
            for name, other in {"csv": csv, "jsonl": jsonl, "npy": npy, "safetensors": tensors}.items():
                print(name, other.dtype == expected.dtype and np.array_equal(other, expected))
            """;
        var names = new Dictionary<string, string>
        {
            ["famous.npy\""] = "npy",
            ["famous.csv"] = "csv",
            ["famous.jsonl"] = "jsonl",
            ["famous.safetensors"] = "tensors",
        };
        var blocks = Blocks("python")
            .Select(block =>
                names.FirstOrDefault(pair => block.Contains(pair.Key)).Value is { } name
                    ? $"{block}\n{name} = average\n"
                    : block
            );
        var output = Run(string.Join('\n', blocks) + Script).AssertDone().Text;
        Assert.EndsWith(
            "csv True\njsonl True\nnpy True\nsafetensors True\n",
            output,
            StringComparison.Ordinal
        );
    }

    private static IEnumerable<string> Blocks(string language) =>
        Block()
            .Matches(Page)
            .Where(match => match.Groups["language"].Value == language)
            .Select(match => match.Groups["code"].Value);

    private Unirep.Outcome Run(string script)
    {
        using var python = Process.Start(
            new ProcessStartInfo(Python, ["-c", script])
            {
                WorkingDirectory = _folder.Path,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        return Unirep.End(python);
    }

    [GeneratedRegex(
        @"^```(?<language>\w+)\n(?<code>.*?)^```",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex Block();

    [GeneratedRegex(@"^print\(.*\)  # (?<text>[^,\n]*\(9.*)$", RegexOptions.Multiline)]
    private static partial Regex Printed();
}
