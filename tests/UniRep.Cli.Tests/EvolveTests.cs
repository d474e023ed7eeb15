using System.Globalization;

namespace UniRep.Cli.Tests;

/// <summary>`unirep evolve`, as a user runs it.</summary>
public sealed class EvolveTests : IDisposable
{
    private static readonly string[] Small =
    [
        "evolve",
        "wt.fasta",
        "--scorer",
        "lm",
        "--weights",
        "open-256",
        "--chains",
        "6",
        "--steps",
        "40",
        "--seed",
        "3",
        "--designs",
        "4",
        "-o",
        "designs.csv",
    ];

    private readonly TemporaryFolder _folder = new();

    public EvolveTests() => _folder.Write("wt.fasta", ">wt\nMKTAYIAKQRQISFVKSHFSRQ\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Designs_come_with_their_mutations_scores_and_sequences()
    {
        Run("--picture", "scores.svg", "--trust-radius", "3", "--forbid", "N{P}[ST],CC")
            .AssertDone();
        var lines = Lines("designs.csv");
        Assert.Equal("id,mutant,mutations,score,gain,sequence", lines[0]);
        Assert.Equal(5, lines.Length);
        Assert.All(
            lines[1..],
            line =>
            {
                var cells = line.Split(',');
                Assert.InRange(int.Parse(cells[2], CultureInfo.InvariantCulture), 0, 3);
                Assert.Equal(22, cells[5].Length);
            }
        );
        Assert.Contains("median chain", _folder.ReadText("scores.svg"), StringComparison.Ordinal);
        Assert.Equal(["designs.csv", "scores.svg", "wt.fasta"], _folder.Files);
        Assert.StartsWith(
            "chain,step,score,mutations\n0,0,",
            _folder.ReadText("designs.csv.run/accepted.csv"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void One_thread_and_two_give_the_same_designs()
    {
        Run("--threads", "1").AssertDone();
        var one = _folder.ReadText("designs.csv");
        Run("--threads", "2", "--overwrite").AssertDone();
        Assert.Equal(one, _folder.ReadText("designs.csv"));
    }

    [Fact]
    public void A_finished_run_is_resumed_to_pick_other_designs_and_not_begun_anew()
    {
        Run().AssertDone();
        File.Delete(Path.Combine(_folder.Path, "designs.csv"));
        Run().AssertFailed(2, "designs.csv.run: holds the state of a run: resume it");
        Run("--resume", "--designs", "2").AssertDone();
        Assert.Equal(3, Lines("designs.csv").Length);
        Run("--resume", "--overwrite", "--seed", "4")
            .AssertFailed(2, "the run was begun with another seed: 3, now 4");
    }

    [Theory]
    [InlineData(
        2,
        "position 23 is not one of the wild type's, which are 1 to 22",
        "--positions",
        "20-23"
    )]
    [InlineData(
        2,
        "--positions takes numbers and ranges such as 10-50,72, not '5-2'",
        "--positions",
        "5-2"
    )]
    [InlineData(2, "'N[S' is no motif: [ is not closed", "--forbid", "N[S")]
    [InlineData(2, "--exclude takes up to 18 of the letters", "--exclude", "C1")]
    [InlineData(2, "--picture takes a name that ends in .svg", "--picture", "a.png")]
    [InlineData(
        1,
        "letters.csv, line 1: the columns position, A, C, D",
        "--letters",
        "letters.csv"
    )]
    [InlineData(1, "two.fasta: holds 2 sequences, and the wild type is one", "two.fasta")]
    [InlineData(2, "give --model FILE or --scorer lm, one of them", "--model", "top.model")]
    public void What_cannot_be_is_refused_with_one_message_and_nothing_written(
        int code,
        string message,
        params string[] more
    )
    {
        _folder.Write("letters.csv", "position,A\n");
        _folder.Write("two.fasta", ">a\nMK\n>b\nMK\n");
        string[] words =
            more.Length == 1 ? ["evolve", more[0], .. Small[2..]] : [.. Small, .. more];
        Unirep.Run(_folder.Path, words).AssertFailed(code, message);
        Assert.Equal(["letters.csv", "two.fasta", "wt.fasta"], _folder.Files);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "designs.csv.run")));
    }

    [Fact]
    public void A_top_model_that_is_none_is_refused_by_name()
    {
        _folder.Write("top.model", "nothing");
        var outcome = Unirep.Run(
            _folder.Path,
            "evolve",
            "wt.fasta",
            "--model",
            "top.model",
            "-o",
            "designs.csv"
        );
        outcome.AssertFailed(1, "top.model");
        Assert.Equal(["top.model", "wt.fasta"], _folder.Files);
    }

    private string[] Lines(string name) =>
        _folder.ReadText(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs it; options that are given again replace those of the small run.</summary>
    private Unirep.Outcome Run(params string[] more)
    {
        var words = Small.ToList();
        for (var at = 0; at < more.Length; at++)
        {
            var known = more[at].StartsWith('-') ? words.IndexOf(more[at]) : -1;
            if (known >= 0)
            {
                words[known + 1] = more[++at];
            }
            else
            {
                words.Add(more[at]);
            }
        }

        return Unirep.Run(_folder.Path, [.. words]);
    }
}
