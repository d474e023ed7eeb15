using System.Globalization;

namespace UniRep.Cli.Tests;

/// <summary>`unirep score` and `unirep scan`, on the embedded model.</summary>
public sealed class ScoreTests : IDisposable
{
    private const string WildType = ">wt\nMKTAYIAKQR\n";
    private const string Family = ">a/1-10\nMKTAYIAKQR\n>b\nMKTGYIAKQ-\n>c\nMRTAYLAKQR\n";
    private readonly TemporaryFolder _folder = new();

    public ScoreTests() => _folder.Write("wt.fasta", WildType);

    public void Dispose() => _folder.Dispose();

    private Unirep.Outcome Run(string arguments) =>
        Unirep.Run(_folder.Path, [.. arguments.Split(' '), "--weights", "open-256"]);

    private string[][] Table(string name) =>
        [.. _folder.ReadText(name).TrimEnd().Split('\n').Select(line => line.Split(','))];

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    [Fact]
    public void Mutants_are_scored_relative_to_the_wild_type_beside_their_columns()
    {
        _folder.Write("v.csv", "score,mutant\n1.50,K2R\n,K2R:A4G\n0,M1W\n");
        Run("score v.csv --wild-type wt.fasta -o out.csv").AssertDone();
        _folder.Write("s.csv", "sequence\nMKTAYIAKQR\nMRTAYIAKQR\n");
        Run("score s.csv -o plain.csv").AssertDone();
        var (scored, plain) = (Table("out.csv"), Table("plain.csv"));
        Assert.Equal(
            [
                "score",
                "mutant",
                "lm_score",
                "log_likelihood",
                "log_likelihood_without_stop",
                "log_likelihood_per_residue",
                "perplexity",
            ],
            scored[0]
        );
        Assert.Equal(["1.50", "K2R"], scored[1][..2]);
        Assert.Equal(["", "K2R:A4G"], scored[2][..2]);
        Assert.Equal(plain[2][1], scored[1][3]);
        var difference = Number(plain[2][1]) - Number(plain[1][1]);
        Assert.Equal(difference, Number(scored[1][2]), 0.000002);
        Assert.Equal(Number(scored[1][3]) / 11, Number(scored[1][5]), 0.000002);
        Assert.Equal(Math.Exp(-Number(scored[1][5])), Number(scored[1][6]), 0.0001);
    }

    [Fact]
    public void Log_probabilities_of_positions_add_up_and_both_directions_average()
    {
        _folder.Write("v.csv", "mutant\nK12R\n");
        foreach (var direction in new[] { "forward", "backward", "both" })
        {
            Run(
                    $"score v.csv --wild-type wt.fasta --offset 10 --direction {direction} -o {direction}.csv --per-position {direction}.pp.csv"
                )
                .AssertDone();
        }

        var positions = Table("both.pp.csv");
        Assert.Equal(["id", "position", "residue", "log_probability"], positions[0]);
        Assert.Equal(["K12R", "11", "M"], positions[1][..3]);
        Assert.Equal(["K12R", "21", "*"], positions[^1][..3]);
        Assert.Equal(
            Number(Table("both.csv")[1][2]),
            positions.Skip(1).Sum(row => Number(row[3])),
            0.00002
        );
        double Sum(string direction) => Number(Table($"{direction}.csv")[1][2]);
        Assert.Equal((Sum("forward") + Sum("backward")) / 2, Sum("both"), 0.000002);
    }

    [Fact]
    public void A_matrix_scores_alone_and_blended()
    {
        _folder.Write("family.a2m", Family);
        _folder.Write("v.csv", "mutant\nA4G\nK2R\nK2W\n");
        Run("score v.csv --wild-type wt.fasta --alignment family.a2m --blend pssm -o pssm.csv")
            .AssertDone();
        var matrix = Table("pssm.csv");
        Assert.Equal(["mutant", "pssm_score"], matrix[0]);
        Assert.True(Number(matrix[2][1]) > Number(matrix[3][1]));
        Run("score v.csv --wild-type wt.fasta --alignment family.a2m -o both.csv").AssertDone();
        var both = Table("both.csv");
        Assert.Equal(["mutant", "blend_score", "lm_score", "pssm_score"], both[0][..4]);
        Assert.Equal(matrix[1][1], both[1][3]);
        Assert.All(both.Skip(1), row => Assert.InRange(Number(row[1]), 0.3, 1));
    }

    [Fact]
    public void A_scan_is_a_table_and_a_picture()
    {
        var outcome = Run("scan wt.fasta --region 2-4 -o scan.csv --picture scan.svg").AssertDone();
        Assert.Contains("57 mutants of 'wt'", outcome.Error, StringComparison.Ordinal);
        var table = Table("scan.csv");
        Assert.Equal(
            ["mutant", "position", "wild_type", "residue", "lm_score", "log_likelihood"],
            table[0]
        );
        Assert.Equal(58, table.Length);
        Assert.Equal(["K2A", "2", "K", "A"], table[1][..4]);
        Assert.StartsWith("<svg", _folder.ReadText("scan.svg"), StringComparison.Ordinal);
        _folder.Write("v.csv", "mutant\nK2A\n");
        Run("score v.csv --wild-type wt.fasta --region 2-4 -o one.csv").AssertDone();
        Assert.Equal(table[1][4], Table("one.csv")[1][1]);
    }

    [Fact]
    public void A_table_goes_to_standard_output()
    {
        var outcome = Run("scan wt.fasta --region 2-2 -o -").AssertDone();
        Assert.StartsWith("mutant,position", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(20, outcome.Text.TrimEnd().Split('\n').Length);
        Assert.Equal(["wt.fasta"], _folder.Files);
    }

    [Theory]
    [InlineData(
        "mutant\nK2R\nA2G\n",
        "",
        1,
        "v.csv: line 3: A2G: A is expected at residue 2 of the wild type, K is found"
    )]
    [InlineData(
        "mutant\nK99R\n",
        "",
        1,
        "v.csv: line 2: K99R: residue 99 is not among residues 1 to 10"
    )]
    [InlineData(
        "name,x\na,1\n",
        "",
        1,
        "no column 'mutant'; there are: name, x. Name one with --variant-column"
    )]
    [InlineData(
        "sequence\nMK?\n",
        "",
        1,
        "v.csv: record '1', line 2, column 3: '?' is not a residue"
    )]
    [InlineData("mutant,perplexity\nK2R,1\n", "", 1, "there is a column 'perplexity' already")]
    [InlineData(
        "mutant\nK2R\n",
        " --region 5-20",
        2,
        "region 5-20: give two residues between 1 and 10"
    )]
    [InlineData("mutant\nK2R\n", " --region 5", 2, "--region takes two residues")]
    [InlineData("mutant\nK2R\n", " --blend pssm", 2, "--blend pssm needs --alignment")]
    [InlineData("mutant\nK2R\n", " --blend esm", 2, "--blend takes lm, pssm or both")]
    [InlineData(
        "mutant\nK2R\n",
        " --alignment ragged.a2m",
        1,
        "ragged.a2m: row 'b', line 3: 2 columns, the first row has 3"
    )]
    [InlineData(
        "mutant\nK2R\n",
        " --alignment other.a2m",
        1,
        "not a part of the wild type: name the row of the wild type"
    )]
    [InlineData(
        "sequence\nMKT\n",
        " --alignment family.a2m",
        1,
        "v.csv: record '1', line 2: 3 residues"
    )]
    [InlineData("mutant\nK2R\n", " --alignment none.a2m", 1, "none.a2m: no such file")]
    public void What_is_wrong_is_told_and_nothing_is_written(
        string table,
        string arguments,
        int exitCode,
        string message
    )
    {
        _folder.Write("v.csv", table);
        _folder.Write("ragged.a2m", ">a\nMKT\n>b\nMK\n");
        _folder.Write("other.a2m", ">a\nWWW\n");
        _folder.Write("family.a2m", Family);
        var before = _folder.Files;
        Run($"score v.csv --wild-type wt.fasta -o out.csv{arguments}")
            .AssertFailed(exitCode, message);
        Assert.Equal(before, _folder.Files);
    }

    [Theory]
    [InlineData("score v.csv -o out.csv --wild-type none.fasta", 1, "none.fasta: no such file")]
    [InlineData(
        "score v.csv -o out.csv --variant-column mutant",
        2,
        "--variant-column needs --wild-type"
    )]
    [InlineData("score - -o -", 1, "standard input: there is no record in it")]
    [InlineData("score v.csv -o - --json", 2, "-o - and --json both want standard output")]
    [InlineData(
        "score v.csv -o out.csv --per-position - --json",
        2,
        "--per-position - and --json both want standard output"
    )]
    [InlineData(
        "score v.csv -o out.csv --wild-type two.fasta",
        1,
        "two.fasta: holds 2 sequences, and the wild type is one: put it alone into a file"
    )]
    [InlineData("scan two.fasta -o out.csv", 1, "two.fasta: holds 2 sequences")]
    [InlineData("score v.csv -o v.csv", 2, "v.csv: the output would replace what this run reads")]
    [InlineData("score v.csv -o old.csv", 2, "old.csv: exists already: give --overwrite")]
    [InlineData("score v.csv -o nowhere/out.csv", 4, "there is no folder")]
    [InlineData("scan wt.fasta -o out.csv --picture scan.png", 2, "give a name that ends in .svg")]
    [InlineData("scan wt.fasta", 2, "--output")]
    public void A_command_line_that_cannot_work_is_refused(
        string arguments,
        int exitCode,
        string message
    )
    {
        _folder.Write("v.csv", "mutant,sequence\nK2R,MRTAYIAKQR\n");
        _folder.Write("old.csv", "precious");
        _folder.Write("two.fasta", ">a\nMK\n>b\nMK\n");
        Run(arguments).AssertFailed(exitCode, message);
        Assert.Equal("precious", _folder.ReadText("old.csv"));
        Assert.Equal(["old.csv", "two.fasta", "v.csv", "wt.fasta"], _folder.Files);
    }

    [Fact]
    public void A_model_that_was_tuned_in_both_directions_scores_in_both()
    {
        var relatives = Enumerable
            .Range(0, 24)
            .Select(index => $">r{index}\nMKTAYIAKQR{"ACDEFGHIKLMNPQRSTVWY"[index % 20]}LE--mk\n");
        _folder.Write("homologs.a2m", string.Concat(relatives));
        Run("evotune homologs.a2m -o tuned --direction both --gaps x --epochs 1 --quiet")
            .AssertDone();
        var request = _folder.ReadText("tuned/training.json");
        Assert.Contains("\"direction\": \"both\"", request, StringComparison.Ordinal);
        Assert.Contains("\"gapsAsX\": true", request, StringComparison.Ordinal);
        _folder.Write("v.csv", "mutant\nK2R\n");
        Unirep.Outcome Score(string name, string more) =>
            Unirep
                .Run(
                    _folder.Path,
                    [
                        .. $"score v.csv --wild-type wt.fasta --weights tuned -o {name}{more}".Split(
                            ' '
                        ),
                    ]
                )
                .AssertDone();
        var outcome = Score("default.csv", "");
        Assert.Contains(
            "was trained to read in both directions, and scores so",
            outcome.Error,
            StringComparison.Ordinal
        );
        Score("both.csv", " --direction both");
        Score("forward.csv", " --direction forward");
        Assert.Equal(_folder.ReadText("both.csv"), _folder.ReadText("default.csv"));
        Assert.NotEqual(_folder.ReadText("both.csv"), _folder.ReadText("forward.csv"));
    }
}
