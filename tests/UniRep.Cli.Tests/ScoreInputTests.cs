using System.Text;
using System.Text.Json;

namespace UniRep.Cli.Tests;

/// <summary>`unirep score` on standard input, and the summaries of `unirep score` and `unirep scan` for programs.</summary>
public sealed class ScoreInputTests : IDisposable
{
    private const string Family = ">a/1-10\nMKTAYIAKQR\n>b\nMKTGYIAKQ-\n>c\nMRTAYLAKQR\n";
    private readonly TemporaryFolder _folder = new();

    public ScoreInputTests() => _folder.Write("wt.fasta", ">wt\nMKTAYIAKQR\n");

    public void Dispose() => _folder.Dispose();

    private Unirep.Outcome Run(string arguments) =>
        Unirep.Run(_folder.Path, [.. arguments.Split(' '), "--weights", "open-256"]);

    private string[][] Table(string name) =>
        [.. _folder.ReadText(name).TrimEnd().Split('\n').Select(line => line.Split(','))];

    private Unirep.Outcome Feed(string input, string arguments) =>
        Unirep.RunWith(
            _folder.Path,
            Encoding.UTF8.GetBytes(input),
            [.. arguments.Split(' '), "--weights", "open-256"]
        );

    private JsonElement Summary(string arguments) =>
        JsonElement.Parse(Run($"{arguments} --json --quiet").AssertDone().Text);

    [Fact]
    public void A_table_on_standard_input_scores_as_the_file_does()
    {
        foreach (var table in new[] { "n,mutant\n1,K2R\n", "n,sequence\n1,MRTAYIAKQR\n" })
        {
            _folder.Write("v.csv", table);
            Run("score v.csv --wild-type wt.fasta -o file.csv --overwrite").AssertDone();
            Feed(table, "score - --input-format csv --wild-type wt.fasta -o stream.csv --overwrite")
                .AssertDone();
            Assert.Equal(_folder.ReadText("file.csv"), _folder.ReadText("stream.csv"));
        }

        Feed(">a b\nMRTAYIAKQR\n", "score - --wild-type wt.fasta -o fasta.csv").AssertDone();
        Assert.Equal(Table("stream.csv")[1][2..], Table("fasta.csv")[1][2..]);
    }

    [Fact]
    public void A_table_on_standard_input_without_a_format_is_refused_with_the_option_to_give()
    {
        Feed("mutant\nK2R\n", "score - --wild-type wt.fasta -o out.csv")
            .AssertFailed(1, "or give --input-format csv or tsv if this is a table");
        Feed("id,mutant\na,K2R\n", "score - --wild-type wt.fasta -o out.csv")
            .AssertFailed(1, "--input-format csv");
        Assert.Equal(["wt.fasta"], _folder.Files);
    }

    [Fact]
    public void The_file_behind_standard_input_is_not_replaced()
    {
        _folder.Write("v.csv", "mutant\nK2R\n");
        Shell
            .Run(
                _folder.Path,
                "$UNIREP score - --input-format csv --wild-type wt.fasta -o v.csv --overwrite < v.csv"
            )
            .AssertFailed(2, "v.csv: the output would replace what this run reads");
        Assert.Equal("mutant\nK2R\n", _folder.ReadText("v.csv"));
    }

    [Fact]
    public void The_summary_of_a_score_and_of_a_scan_is_one_line_of_json()
    {
        _folder.Write("v.csv", "mutant\nK2R\nK2W\n");
        var score = Summary("score v.csv --wild-type wt.fasta -o out.csv --per-position pp.csv");
        Assert.Equal("out.csv", score.GetProperty("output").GetString());
        Assert.Equal("pp.csv", score.GetProperty("perPosition").GetString());
        Assert.Equal("mutant", score.GetProperty("column").GetString());
        Assert.Equal("[\"lm\"]", score.GetProperty("scorers").GetRawText());
        Assert.Equal("forward", score.GetProperty("direction").GetString());
        Assert.Equal("open-256", score.GetProperty("model").GetString());
        Assert.Equal(64, score.GetProperty("fingerprint").GetString()!.Length);
        Assert.Equal(2, score.GetProperty("sequences").GetInt32());
        Assert.Equal(20, score.GetProperty("residues").GetInt32());
        Assert.True(score.GetProperty("seconds").GetDouble() > 0);
        var scan = Summary("scan wt.fasta --region 2-4 -o scan.csv");
        Assert.Equal("wt", scan.GetProperty("wildType").GetString());
        Assert.Equal("null", scan.GetProperty("picture").GetRawText());
        Assert.Equal(57, scan.GetProperty("sequences").GetInt32());
        Assert.Equal(171, scan.GetProperty("residues").GetInt32());
        _folder.Write("family.a2m", Family);
        var matrix = Summary(
            "score v.csv --wild-type wt.fasta --alignment family.a2m --blend pssm -o pssm.csv"
        );
        Assert.Equal("[\"pssm\"]", matrix.GetProperty("scorers").GetRawText());
        Assert.False(matrix.TryGetProperty("model", out _));
    }
}
