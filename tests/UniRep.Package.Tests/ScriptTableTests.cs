using System.Globalization;

namespace UniRep.Package.Tests;

/// <summary>Tables that scripts read and write: numbers, names and quotes.</summary>
public sealed class ScriptTableTests
{
    private readonly LocalFeed _feed;

    public ScriptTableTests(LocalFeed feed)
    {
        _feed = feed;
        Scripts.CopyTo(feed);
        feed.Write("wild.fasta", ">wild\nMKTAYIAKQR\n");
    }

    [Theory]
    [InlineData(
        "comma.tsv",
        "mutant\tscore\nK2A\t0.5\nT3A\t0,53\n",
        "comma.tsv, line 3, column 'score': '0,53' is no number: write the decimal point as '.'"
    )]
    [InlineData(
        "semicolons.csv",
        "mutant;score\nK2A;0,5\n",
        "semicolons.csv: there is no column 'mutant' among: mutant;score. Its cells are parted by ';'"
    )]
    [InlineData(
        "infinite.csv",
        "mutant,score\nK2A,inf\n",
        "infinite.csv, line 2, column 'score': 'inf' is no number"
    )]
    [InlineData(
        "twice.csv",
        "mutant,score\nK2A,0.5\nK2A:K2G,0.53\n",
        "twice.csv, line 3: K2A:K2G: residue 2 is changed twice"
    )]
    [InlineData(
        "names.csv",
        "mutant,score,score\nK2A,0.5,0.6\n",
        "names.csv: 2 columns are called 'score'"
    )]
    public void A_table_that_would_give_wrong_scores_is_refused(
        string name,
        string table,
        string message
    )
    {
        _feed.Write(name, table);
        var outcome = Score($"wild.fasta {name} --measured score");
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
    }

    [Fact]
    public void Mutants_without_a_measurement_are_scored_and_not_correlated()
    {
        _feed.Write(
            "measured.csv",
            "mutant,\"score, log\"\nK2A,0.5\nK2G,NaN\nT3A,\nY5F,1e-1\nA4G,-0.25\nR10K,NA\nQ9E,+.75\n"
        );
        var outcome = _feed.RunInSession(
            "score.fsx",
            "wild.fasta",
            "measured.csv",
            "--measured",
            "score, log"
        );
        Assert.Equal("mutant,log_likelihood_ratio,\"score, log\"", outcome.Lines[0]);
        var rows = outcome.Lines[1..8].Select(line => line.Split(',')).ToArray();
        Assert.Equal(["0.5", "NaN", "", "1e-1", "-0.25", "NA", "+.75"], rows.Select(row => row[2]));
        Assert.Contains(
            "warning: 3 mutants have no value in column 'score, log'",
            outcome.Error,
            StringComparison.Ordinal
        );
        int[] measured = [0, 3, 4, 6];
        var scores = measured.Select(at => double.Parse(rows[at][1], CultureInfo.InvariantCulture));
        var correlation = Spearman([.. scores], [0.5, 0.1, -0.25, 0.75]);
        Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Spearman's correlation of 4 mutants: {correlation:F3} ("
            ),
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Scores_are_written_to_a_new_file_alone()
    {
        _feed.Write("two.csv", "mutant\nK2A\nT3A\n");
        var table = _feed.Write("scores.csv", "precious");
        Assert.Contains(
            "scores.csv: exists already",
            Score("wild.fasta two.csv --output scores.csv").Error,
            StringComparison.Ordinal
        );
        Assert.Equal("precious", File.ReadAllText(table));
        File.Delete(table);
        _feed.Write("several.fasta", ">wild\nMKTAYIAKQR\n>other\nMKTA\n");
        Assert.Contains(
            "several.fasta: holds 2 sequences, and the wild type is one",
            Score("several.fasta two.csv --output scores.csv").Error,
            StringComparison.Ordinal
        );
        Assert.Equal(0, Score("wild.fasta two.csv --output scores.csv").ExitCode);
        Assert.Equal(["mutant", "K2A", "T3A"], File.ReadAllLines(table).Select(Mutant));
    }

    [Fact]
    public void Ids_with_commas_and_quotes_stay_one_cell()
    {
        _feed.Write("ids.csv", "id,sequence\n\"a,b\",MKTAYIAKQR\n\"c \"\"d\"\"\",MKTAYIAKQG\n");
        var table = _feed.Write("vectors.csv", "");
        File.Delete(table);
        _ = _feed.Run(["run", "scripts/embed.cs", "--", "ids.csv", "vectors.csv"]).Lines;
        var lines = File.ReadAllLines(table);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("\"a,b\",", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("\"c \"\"d\"\"\",", lines[2], StringComparison.Ordinal);
    }

    private DotNet.Outcome Score(string arguments) =>
        _feed.RunInSession("score.fsx", arguments.Split(' '));

    private static string Mutant(string line) => line.Split(',')[0];

    /// <summary>The correlation of ranks, where no two values are alike.</summary>
    private static double Spearman(double[] a, double[] b)
    {
        int[] Ranks(double[] values) => [.. values.Select(x => values.Count(y => y < x))];
        var n = (double)a.Length;
        var squares = Ranks(a).Zip(Ranks(b), (x, y) => (x - y) * (x - y)).Sum();
        return 1 - 6 * squares / (n * (n * n - 1));
    }
}
