using UniRep.Cli.Console;

namespace UniRep.Cli.Tests;

/// <summary>What is seen of a run while it goes on.</summary>
public sealed class ProgressTests : IDisposable
{
    private const string Records = ">a\nMKTAYIAKQR\n>b\nMK\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("residues", 1_500, null, 3, "embedding: 1,500 residues, 500 residues/s, 0:00:03")]
    [InlineData(
        "residues",
        1_500,
        6_000.0,
        3,
        "embedding: 1,500 of 6,000 residues (25 %), 500 residues/s, 0:00:09 left"
    )]
    [InlineData(
        "residues",
        0,
        6_000.0,
        60,
        "embedding: 0 of 6,000 residues (0 %), 0 residues/s, 0:01:00"
    )]
    [InlineData(
        "residues",
        1_500,
        5_000_000.0,
        30,
        "embedding: 1,500 of 5,000,000 residues (0 %), 50 residues/s, 27:46:10 left"
    )]
    [InlineData(
        "bytes",
        2_400_000,
        4.8e6,
        2,
        "embedding: 2.4 of 4.8 MB (50 %), 1.2 MB/s, 0:00:02 left"
    )]
    public void A_line_has_the_count_the_rate_and_the_time(
        string unit,
        long done,
        double? total,
        int seconds,
        string line
    ) =>
        Assert.Equal(
            line,
            ProgressLine.Text("embedding", unit, done, total, TimeSpan.FromSeconds(seconds))
        );

    [Theory]
    [InlineData("embed - -o out.csv", true)]
    [InlineData("embed - -o out.csv --quiet", false)]
    public async Task A_log_gets_a_line_now_and_then(string arguments, bool isTold)
    {
        using var process = Unirep.Start(_folder.Path, arguments.Split(' '));
        // The first line comes after ten seconds, however slow the machine is.
        await Task.Delay(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        var outcome = Unirep.End(process, System.Text.Encoding.UTF8.GetBytes(Records)).AssertDone();
        const string Line = "embedding: 0 residues, 0 residues/s, ";
        Assert.Equal(isTold, outcome.Error.Contains(Line, StringComparison.Ordinal));
        Assert.DoesNotContain("\r", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_of_unknown_length_shows_a_count_and_a_rate_on_a_terminal()
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/script"),
            "`script`, which makes a terminal, is not here"
        );
        _folder.Write("in.fasta", Records);
        _folder.Write(
            "slowly.sh",
            "(cat in.fasta; until ls -A | grep -q partial; do sleep 0.1; done; sleep 2) | $UNIREP embed - -o out.csv\n"
        );
        var shown = Shell.Run(_folder.Path, "script -qec 'sh slowly.sh' /dev/null").AssertDone();
        Assert.Contains("\rembedding: ", shown.Text, StringComparison.Ordinal);
        Assert.Contains(" residues/s, 0:00:0", shown.Text, StringComparison.Ordinal);
        Assert.Contains("2 records, 12 residues", shown.Text, StringComparison.Ordinal);
    }
}
