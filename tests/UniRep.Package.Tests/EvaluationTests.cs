using System.Globalization;

namespace UniRep.Package.Tests;

/// <summary>scripts/evaluate.fsx on made-up data.</summary>
public sealed class EvaluationTests
{
    private readonly LocalFeed _feed;

    public EvaluationTests(LocalFeed feed)
    {
        _feed = feed;
        Scripts.CopyTo(feed);
        new EvaluationData(Path.Combine(feed.Folder, "made-up")).Write();
    }

    /// <summary>What an evaluation must give. The values, the rows they are of and the penalties of the ridges were
    /// computed by evaluation.py, which shares no code with the script: NumPy alone, the model in float64.</summary>
    public static TheoryData<string, string, double, int, string> Figures =>
        new()
        {
            { "composition", "stability", 0.848197, 100, "3.16228" },
            { "one-hot", "stability", 0.466585, 100, "31.6228" },
            { "composition", "fluorescence", 0.641643, 30, "31.6228" },
            { "one-hot", "fluorescence", 0.247852, 30, "100" },
            { "open-256", "stability", 0.778378, 100, "316.228" },
            { "open-256", "fluorescence", 0.800098, 30, "31.6228" },
            { "open-256", "TOY", 0.372726, 30, "" },
            { "open-256", "enzymes/test", 3.253176, 3, "" },
            { "open-256", "E. coli", 3.257043, 2, "" },
            { "open-256", "E. coli <50%", 3.284675, 100, "" },
            { "open-256", "E. coli <30%", 3.327978, 12, "" },
            { "open-256", "enzymes/test <50%", 3.293623, 100, "" },
        };

    [Fact]
    public void An_evaluation_gives_the_figures_that_NumPy_gives()
    {
        var table = Path.Combine(_feed.Folder, "figures.csv");
        File.Delete(table);
        const string arguments = "made-up open-256 --limit 100 --csv figures.csv";
        var printed = _feed.Run(["fsi", "scripts/evaluate.fsx", .. arguments.Split(' ')]).Lines;
        var rows = File.ReadAllLines(table).Select(line => line.Split(',')).ToArray();
        Assert.Equal(
            "model,measure,set,features,value,low,high,rows,penalty",
            string.Join(',', rows[0])
        );
        Assert.Equal(Figures.Count, rows.Length - 1);
        foreach (
            var ((model, set, value, count, penalty), row) in Figures
                .Select(row => row.Data)
                .Zip(rows[1..])
        )
        {
            Assert.Equal([model, set], [row[0], row[2]]);
            Assert.Equal(value, Number(row[4]), model == "open-256" ? 1e-3 : 2e-6);
            Assert.InRange(value, Number(row[5]), Number(row[6]));
            Assert.Equal([$"{count}", penalty], row[7..]);
        }

        Assert.Equal(
            ["composition", "one-hot", "open-256"],
            printed
                .SkipWhile(line => !line.StartsWith("vectors", StringComparison.Ordinal))
                .Skip(2)
                .Take(3)
                .Select(line => line.Split(' ')[0])
        );
    }

    [Fact]
    public void Only_the_measures_that_are_named_are_taken()
    {
        var outcome = Evaluate("made-up open-256 --limit 100 --only loss");
        Assert.Equal(
            "\nloss: nats per residue, stop included\n"
                + "          enzymes/test  E. coli  E. coli <50%  E. coli <30%  enzymes/test <50%\n"
                + "open-256  3.253         3.257    3.285         3.328         3.294\n",
            outcome.Output
        );
    }

    [Theory]
    [InlineData(
        "fitness/stability/stability.valid.csv",
        "seq,label\nMKT,1\nMKA,high\n",
        "stability.valid.csv, line 3, column 'label': 'high' is no number"
    )]
    [InlineData(
        "fitness/proteingym/TOY.csv",
        "mutant,score\nW99A,1\n",
        "TOY.csv, line 2: W99A: residue 99 is not among residues 1 to 30"
    )]
    public void An_evaluation_says_which_line_is_wrong(string place, string text, string message)
    {
        _feed.Write($"made-up/{place}", text);
        var outcome = Evaluate("made-up open-256 --only vectors,mutants");
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
    }

    private DotNet.Outcome Evaluate(string arguments) =>
        _feed.RunInSession("evaluate.fsx", arguments.Split(' '));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
