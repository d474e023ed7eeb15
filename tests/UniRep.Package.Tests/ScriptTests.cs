using System.Globalization;

namespace UniRep.Package.Tests;

/// <summary>The scripts, run as their users run them: on the package, in a folder laid out like the repository.</summary>
public sealed class ScriptTests
{
    private const string Fasta =
        ">first\nACDEFGHIKLMNPQRSTVWY\n>second\nMKTAYIAKQRQISFVKSHFSRQ\n>third\nMKTAYIAKQRQISFVKSHFSRE\n";

    private readonly LocalFeed _feed;

    public ScriptTests(LocalFeed feed)
    {
        _feed = feed;
        Scripts.CopyTo(feed);
        feed.Write("some.fasta", Fasta);
        feed.Write("first.fasta", Fasta[..Fasta.IndexOf(">second", StringComparison.Ordinal)]);
    }

    /// <summary>For every script, arguments that are wrong, and what it says to them.</summary>
    public static TheoryData<string, string, string> Wrong =>
        new()
        {
            { "embed.fsx", "none.fasta some.npz", "none.fasta: no such file" },
            { "neighbours.fsx", "some.fasta", "1 arguments are given, 2 are needed" },
            { "map-page.fsx", "some.fasta map.png", "map.png: the name of a page ends in .html" },
            { "compare-models.fsx", "some.fasta open-256 paper-9", "paper-9" },
            {
                "evotune.fsx",
                "some.fasta wrong --epochs none",
                "--epochs none: give a whole number"
            },
            { "evaluate.fsx", "none open-256", "none: no such folder" },
            {
                "score.fsx",
                "first.fasta wrong.csv",
                "wrong.csv, line 2: A2G: A is expected at residue 2"
            },
            { "design.fsx", "some.fasta wrong.csv", "--target: name the column of measurements" },
            { "torch.fsx", "some.fasta open-256", "`dotnet package download libtorch-" },
            { "embed.cs", "none.fasta some.csv", "none.fasta: no such file" },
            { "neighbours.cs", "", "usage: dotnet run scripts/neighbours.cs" },
            { "score.cs", "letters.fasta", "letters.fasta: record 'a', line 2, column 2" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_said_in_one_message(
        string script,
        string arguments,
        string message
    )
    {
        _feed.Write("wrong.csv", "mutant\nA2G\n");
        _feed.Write("letters.fasta", ">a\nM1K\n");
        var outcome = RunInSession(script, arguments);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.InRange(outcome.ExitCode, 1, 2);
    }

    [Fact]
    public void Every_script_is_tested()
    {
        string[] others = ["prelude.fsx"];
        var scripts = Directory
            .GetFiles(Repository.Find("scripts"))
            .Select(path => Path.GetFileName(path))
            .Where(name => Path.GetExtension(name) is ".fsx" or ".cs")
            .Except(others)
            .Order();
        Assert.Equal(scripts, Wrong.Select(row => row.Data.Item1).Order());
    }

    [Theory]
    [InlineData("embed.fsx")]
    [InlineData("embed.cs")]
    public void Embedding_writes_the_vectors(string script)
    {
        var table = _feed.Write($"{script}.csv", "");
        File.Delete(table);
        _ = Run(script, $"some.fasta {table}").Lines;
        var rows = File.ReadAllLines(table).Select(line => line.Split(',')).ToArray();
        Assert.Equal(["first", "second", "third"], rows[1..].Select(row => row[0]));
        Golden.AssertEqual(string.Join(' ', rows[1][^Golden.Units..]));
    }

    [Fact]
    public void Neighbours_are_the_nearest_first()
    {
        var rows = Table(Run("neighbours.fsx", "some.fasta some.fasta --count 2").Lines);
        Assert.Equal(["query", "rank", "neighbour", "length", "cosine"], rows[0]);
        Assert.Equal(["second", "1", "third", "22"], rows[3][..4]);
        Assert.Equal(["third", "1", "second", "22"], rows[5][..4]);
        Assert.True(Number(rows[3][4]) > Number(rows[4][4]));
    }

    [Fact]
    public void Neighbours_in_C_sharp_are_the_nearest_first()
    {
        var rows = Table(Run("neighbours.cs", "some.fasta").Lines);
        Assert.Equal(["id", "length", "distance"], rows[0]);
        Assert.Equal(["second", "third"], rows[1..].Select(row => row[0]).Order());
        Assert.True(Number(rows[1][2]) <= Number(rows[2][2]));
    }

    [Fact]
    public void Designs_are_the_wild_type_with_a_few_mutations()
    {
        const string WildType = "MKTAYIAKQRQISFVKSHFSRQ";
        _feed.Write("wild.fasta", $">wild\n{WildType}\n");
        _feed.Write(
            "measured.csv",
            "mutant,activity\nK2R,1.5\nT3S,0.2\nA4G:I6V,NA\nY5F,0.9\nI6V,1.1\nA7G,0.1\nK8R,1.4\n"
        );
        var run = Run(
            "design.fsx",
            "wild.fasta measured.csv --target activity --weights open-256 --designs 3 --chains 4 --steps 20 --radius 2"
        );
        var rows = run
            .Lines.Where(line => line.Length > 0)
            .Select(line => line.Split(','))
            .ToList();
        Assert.Equal(["mutations", "predicted_activity", "sequence"], rows[0]);
        Assert.Equal(3, rows[1..].Count);
        Assert.All(
            rows[1..],
            row =>
            {
                Assert.InRange(WildType.Zip(row[2]).Count(pair => pair.First != pair.Second), 0, 2);
                Assert.True(Number(row[1]) > -10);
            }
        );
    }

    [Fact]
    public void A_map_is_a_page_that_names_every_protein_and_fetches_nothing()
    {
        var lines = Run("map-page.fsx", "some.fasta map.html").Lines;
        Assert.StartsWith("map.html: 3 proteins, ", lines[0]);
        var page = File.ReadAllText(Path.Combine(_feed.Folder, "map.html"));
        Assert.Contains("<title>some.fasta: 3 proteins</title>", page);
        Assert.All(["first", "second", "third"], id => Assert.Contains($"\"{id}<br>", page));
        Assert.Contains("default-src 'none'", page);
        var again = Run("map-page.fsx", "some.fasta map.html");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("map.html: exists already", again.Error);
    }

    [Fact]
    public void A_map_of_one_protein_is_refused()
    {
        _feed.Write("one.fasta", ">one\nMKTAYIAK\n");
        var outcome = RunInSession("map-page.fsx", "one.fasta one.html");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("one.fasta: a map needs at least 2 sequences", outcome.Error);
        Assert.False(File.Exists(Path.Combine(_feed.Folder, "one.html")));
    }

    [Fact]
    public void A_model_compared_with_itself_is_the_same()
    {
        var lines = Run("compare-models.fsx", "some.fasta open-256 open-256").Lines;
        Assert.Equal(lines[0], lines[1]);
        Assert.Equal("the same nearest neighbour: 3 of 3 sequences", lines[2]);
        Assert.Equal("largest difference of average vectors: 0", lines[3]);
    }

    [Fact]
    public void Tuning_makes_a_model_that_scoring_takes()
    {
        var lines = Run("evotune.fsx", "some.fasta tuned --epochs 2").Lines;
        Assert.Equal("2 training sequences, 1 for validation", lines[0]);
        Assert.StartsWith("tuned/model.safetensors: the best model, after epoch", lines[5]);
        _feed.Write("mutants.csv", "mutant,fitness\nA1G,1.0\nC2D:D3E,0.5\nA1W,0.2\n");
        const string command = "first.fasta mutants.csv --measured fitness";
        DotNet.Outcome[] scores =
        [
            Run("score.fsx", command),
            RunInSession("score.fsx", $"{command} --weights tuned"),
        ];
        foreach (var outcome in scores)
        {
            var rows = outcome.Lines.Select(line => line.Split(',')).ToArray();
            Assert.Equal(["mutant", "log_likelihood_ratio", "fitness"], rows[0]);
            Assert.Equal(["A1G", "C2D:D3E", "A1W"], rows[1..4].Select(row => row[0]));
            Assert.All(rows[1..4], row => Assert.NotEqual(0, Number(row[1])));
            Assert.Contains("Spearman's correlation of 3 mutants", outcome.Error);
        }
    }

    [Fact]
    public void A_perplexity_is_that_of_the_log_likelihood()
    {
        var rows = Table(Run("score.cs", "some.fasta").Lines);
        Assert.Equal(["id", "length", "log_likelihood", "perplexity"], rows[0]);
        Assert.All(
            rows[1..4],
            row =>
                Assert.Equal(
                    Math.Exp(-Number(row[2]) / (Number(row[1]) + 1)),
                    Number(row[3]),
                    0.001
                )
        );
    }

    [Fact]
    public void The_kernels_are_those_that_their_script_writes()
    {
        string[] place = ["src", "UniRep.Compute", "Internals", "Products", "TileKernels.cs"];
        var written = _feed.Write(Path.Combine(place), "");
        string[] generator = ["eng", "generate-kernels.fsx"];
        _feed.Write(Path.Combine(generator), File.ReadAllText(Repository.Find(generator)));
        _ = _feed.Run(["fsi", "eng/generate-kernels.fsx"]).Lines;
        Assert.Equal(File.ReadAllText(Repository.Find(place)), File.ReadAllText(written));
    }

    /// <summary>Runs a script beside others in F# Interactive; a file in C# by itself.</summary>
    private DotNet.Outcome RunInSession(string script, string arguments) =>
        script.EndsWith(".fsx", StringComparison.Ordinal)
            ? _feed.RunInSession(
                script,
                arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            )
            : Run(script, arguments);

    private DotNet.Outcome Run(string script, string arguments)
    {
        var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return script.EndsWith(".fsx", StringComparison.Ordinal)
            ? _feed.Run(["fsi", $"scripts/{script}", .. words])
            : _feed.Run(["run", $"scripts/{script}", "--", .. words]);
    }

    private static string[][] Table(string[] lines) =>
        [.. lines.Where(line => line.Length > 0).Select(line => line.Split('\t'))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
