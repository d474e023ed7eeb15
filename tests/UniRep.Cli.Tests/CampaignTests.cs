namespace UniRep.Cli.Tests;

/// <summary>`unirep campaign`, as a user runs it.</summary>
public sealed class CampaignTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CampaignTests() => _folder.Write("wt.fasta", ">wt\nMKTAYI\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_campaign_chooses_a_plate_reads_it_and_chooses_the_next()
    {
        Init().AssertDone();
        Next().AssertDone();
        Assert.Equal(9, Lines("plates/round-1.csv").Length);
        Next().AssertFailed(1, "round-1.csv: the column measured is empty: fill it");
        Fill("plates/round-1.csv");
        var second = Next("--json").AssertDone();
        Assert.Contains("\"round\":2", second.Text, StringComparison.Ordinal);
        Assert.Contains("\"measurements\":8", second.Text, StringComparison.Ordinal);
        Assert.Equal(9, Lines("plates/round-2.csv").Length);
    }

    [Theory]
    [InlineData("gp")]
    [InlineData("low-n")]
    public void The_top_model_is_of_the_campaign(string name)
    {
        Init("--top-model", name).AssertDone();
        Assert.Contains(
            $"\"TopModel\": \"{name}\"",
            _folder.ReadText("plates/campaign.json"),
            StringComparison.Ordinal
        );
        Next().AssertDone();
        Fill("plates/round-1.csv");
        Next().AssertDone();
        Assert.Equal(9, Lines("plates/round-2.csv").Length);
    }

    [Fact]
    public void A_top_model_that_campaigns_do_not_have_is_refused()
    {
        Init("--top-model", "lasso").AssertFailed(2, "ridge");
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "plates")));
    }

    [Fact]
    public void An_edited_manifest_is_refused_by_name()
    {
        Init("--seed", "5").AssertDone();
        Next().AssertDone();
        Fill("plates/round-1.csv");
        var text = _folder.ReadText("plates/campaign.json");
        _folder.Write(
            "plates/campaign.json",
            text.Replace("\"Seed\": 5", "\"Seed\": 6", StringComparison.Ordinal)
        );
        Next()
            .AssertFailed(
                1,
                "campaign.json: its content does not have the digest that it names: it has been changed or damaged"
            );
        Assert.False(File.Exists(Path.Combine(_folder.Path, "plates/round-2.csv")));
    }

    [Fact]
    public void Residues_may_be_numbered_from_another_number()
    {
        _folder.Write("library.csv", "mutant\nK25A\nM24A\n");
        Init("--library", "library.csv").AssertFailed(1, "library.csv");
        Init("--library", "library.csv", "--offset", "23").AssertDone();
        Assert.StartsWith("K25A,", Lines("plates/library.csv")[1], StringComparison.Ordinal);
        Assert.EndsWith(",MATAYI", Lines("plates/library.csv")[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_measurement_that_changes_later_is_refused_by_name()
    {
        Init().AssertDone();
        Next().AssertDone();
        Fill("plates/round-1.csv");
        Next().AssertDone();
        Fill("plates/round-2.csv");
        var text = _folder.ReadText("plates/round-1.csv");
        _folder.Write("plates/round-1.csv", text.Replace(",1.5", ",9", StringComparison.Ordinal));
        Next().AssertFailed(1, "was 1.5 when the next round was chosen, now it is 9");
        Assert.False(File.Exists(Path.Combine(_folder.Path, "plates/round-3.csv")));
    }

    [Theory]
    [InlineData(
        1,
        "K is expected at residue 1 of the wild type, M is found",
        "--library",
        "wrong.csv"
    )]
    [InlineData(1, "same.csv, line 3: K2A has the sequence of K2A", "--library", "same.csv")]
    public void A_library_that_does_not_fit_is_refused_by_row(
        int code,
        string message,
        params string[] more
    )
    {
        _folder.Write("wrong.csv", "mutant\nK1A\n");
        _folder.Write("same.csv", "mutant\nK2A\nK2A\n");
        Init(more).AssertFailed(code, message);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "plates/campaign.json")));
    }

    [Fact]
    public void A_folder_without_a_campaign_and_one_with_are_told()
    {
        Next().AssertFailed(2, "plates: holds no campaign");
        Init().AssertDone();
        Init().AssertFailed(2, "plates: holds a campaign already");
    }

    [Fact]
    public void A_replay_reports_the_share_of_the_best_tenth()
    {
        var rows =
            from position in Enumerable.Range(0, 6)
            from letter in "ACDEFGHILNPQRSVW"
            select $"{"MKTAYI"[position]}{position + 1}{letter},{position + letter % 7},1,2";
        _folder.Write(
            "table.csv",
            "mutant,DMS_score,other,other\n"
                + string.Join('\n', rows.Where(row => row[0] != row[2]))
                + "\n"
        );
        var outcome = Unirep
            .Run(
                _folder.Path,
                "campaign",
                "simulate",
                "table.csv",
                "--wild-type",
                "wt.fasta",
                "--weights",
                "open-256",
                "--rounds",
                "2",
                "--batch",
                "8",
                "--seeds",
                "2",
                "--strategy",
                "thompson"
            )
            .AssertDone();
        Assert.Contains("warm start: no", outcome.Text, StringComparison.Ordinal);
        Assert.Contains(
            "share of the true best tenth among the picks: 0.",
            outcome.Text,
            StringComparison.Ordinal
        );
        Unirep
            .Run(
                _folder.Path,
                "campaign",
                "simulate",
                "table.csv",
                "--wild-type",
                "wt.fasta",
                "--target",
                "score"
            )
            .AssertFailed(1, "score");
    }

    private Unirep.Outcome Init(params string[] more) =>
        Unirep.Run(
            _folder.Path,
            ["campaign", "init", "wt.fasta", "--weights", "open-256", "-o", "plates", .. more]
        );

    private Unirep.Outcome Next(params string[] more) =>
        Unirep.Run(_folder.Path, ["campaign", "next", "plates", "--batch", "8", .. more]);

    private string[] Lines(string name) =>
        _folder.ReadText(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Writes 0.5, 1.5 and so on into the last column.</summary>
    private void Fill(string name)
    {
        var lines = Lines(name);
        _folder.Write(
            name,
            string.Join(
                '\n',
                lines.Select((line, index) => index == 0 ? line : $"{line}{index - 1}.5")
            ) + "\n"
        );
    }
}
