namespace UniRep.Cli.Tests;

/// <summary>Standard streams that are closed, or that nobody reads.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StreamTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are for a Unix shell");
        _folder.Write("in.fasta", ">a\nMKTAYIAKQR\n>b\nMUX\n");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("$UNIREP embed in.fasta -o out.csv 2>&-")]
    [InlineData("$UNIREP embed in.fasta -o out.csv <&- >&- 2>&-")]
    [InlineData("{ $UNIREP embed in.fasta -o out.csv; } 2>&1 >/dev/null | true")]
    [InlineData("$UNIREP embed in.fasta -o out.csv 2>/dev/full")]
    public void A_standard_error_that_takes_nothing_costs_no_results(string script)
    {
        Assert.Equal(0, Shell.Run(_folder.Path, script).ExitCode);
        var written = _folder.ReadText("out.csv");
        Unirep.Run(_folder.Path, "embed", "in.fasta", "-o", "expected.csv").AssertDone();
        Assert.Equal(_folder.ReadText("expected.csv"), written);
    }

    [Fact]
    public void A_failure_has_its_code_where_standard_error_is_closed() =>
        Assert.Equal(1, Shell.Run(_folder.Path, "$UNIREP embed none.fasta 2>&-").ExitCode);

    [Theory]
    [InlineData("$UNIREP weights list >&-")]
    [InlineData("$UNIREP weights list <&- >&-")]
    [InlineData("$UNIREP --help >&-")]
    [InlineData("$UNIREP embed in.fasta --json >&-")]
    [InlineData("$UNIREP embed in.fasta -o - --format csv >&-")]
    public void A_closed_standard_output_is_told(string script) =>
        Shell.Run(_folder.Path, script).AssertFailed(4, "standard output is closed");

    [Fact]
    public void A_closed_standard_input_is_told() =>
        Shell
            .Run(_folder.Path, "$UNIREP embed - -o out.csv <&-")
            .AssertFailed(4, "standard input is closed");

    [Theory]
    [InlineData("weights list")]
    [InlineData("weights info open-256")]
    [InlineData("--help")]
    [InlineData("weights list --json")]
    public void A_reader_that_has_gone_ends_the_program_quietly_but_not_well(string arguments)
    {
        // The code is printed where it is seen: the pipe's own is that of its last program.
        var script = $"{{ $UNIREP {arguments}; echo $? >&3; }} 3>&2 2>error.txt | true";
        var outcome = Shell.Run(_folder.Path, script);
        Assert.Equal("4", outcome.Error.Trim());
        Assert.Equal("", _folder.ReadText("error.txt"));
    }

    [Fact]
    public void A_full_disk_is_told_by_what_prints() =>
        Shell
            .Run(_folder.Path, "$UNIREP weights list >/dev/full")
            .AssertFailed(4, "No space left on device");

    [Fact]
    public void Output_and_messages_that_share_a_file_follow_each_other()
    {
        var script =
            "$UNIREP embed in.fasta --json >>log.txt 2>&1; $UNIREP embed in.fasta -o b.npz --json >>log.txt 2>&1";
        Assert.Equal(0, Shell.Run(_folder.Path, script).ExitCode);
        var lines = _folder.ReadText("log.txt").TrimEnd().Split('\n');
        Assert.Equal(
            2,
            lines.Count(line => line.StartsWith("{\"output\"", StringComparison.Ordinal))
        );
        Assert.Equal(2, lines.Count(line => line.Contains("-> ", StringComparison.Ordinal)));
    }
}
