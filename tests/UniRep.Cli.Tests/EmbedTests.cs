using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace UniRep.Cli.Tests;

public sealed class EmbedTests : IDisposable
{
    private const string TwoProteins = ">first one\nMKTAYIAK\nQRQ\n>second\nGSHM\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_fasta_file_becomes_an_npz_of_its_name_in_this_folder()
    {
        _folder.Write("in.fasta", TwoProteins);
        var outcome = Unirep.Run(_folder.Path, "embed", "in.fasta").AssertDone();
        Assert.Contains("2 records, 15 residues", outcome.Error, StringComparison.Ordinal);
        using var zip = new ZipArchive(new MemoryStream(_folder.Read("in.npz")));
        Assert.Equal(
            ["ids.npy", "lengths.npy", "average.npy", "final.npy", "cell.npy", "meta.npy"],
            zip.Entries.Select(entry => entry.FullName)
        );
        Assert.All(zip.Entries, entry => Assert.Equal(1980, entry.LastWriteTime.Year));
        Assert.Equal(["in.fasta", "in.npz"], _folder.Files);
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("int16w")]
    [InlineData("int16")]
    [InlineData("int8")]
    public void The_precision_is_recorded_with_the_output(string precision)
    {
        _folder.Write("in.fasta", ">a\nMKTAYIAKQR\n");
        Unirep.Run(_folder.Path, "embed", "in.fasta", "--precision", precision).AssertDone();
        using var zip = new ZipArchive(new MemoryStream(_folder.Read("in.npz")));
        using var meta = new StreamReader(zip.GetEntry("meta.npy")!.Open());
        // NumPy's text has four bytes a character.
        Assert.Contains(
            $"\"precision\":\"{precision}\"",
            meta.ReadToEnd().Replace("\0", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("int8", true)]
    [InlineData("int16", false)]
    [InlineData("exact", false)]
    public void Int8_alone_states_the_error_to_expect(string precision, bool states)
    {
        _folder.Write("in.fasta", ">a\nMKTAYIAKQR\n");
        var outcome = Unirep
            .Run(
                _folder.Path,
                "embed",
                "in.fasta",
                "--weights",
                "open-256",
                "--precision",
                precision
            )
            .AssertDone();
        Assert.Equal(
            states,
            outcome.Error.Contains(
                "warning: int8 with open-256: a final vector has a cosine of ",
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public void Threads_do_not_change_a_byte_of_the_output()
    {
        var sample = Path.Combine(Repository.Root, "samples", "famous.fasta");
        Unirep
            .Run(_folder.Path, "embed", sample, "-o", "one.npz", "--threads", "1", "--quiet")
            .AssertDone();
        Unirep
            .Run(_folder.Path, "embed", sample, "-o", "two.npz", "--threads", "2", "--quiet")
            .AssertDone();
        Assert.Equal(_folder.Read("one.npz"), _folder.Read("two.npz"));
    }

    [Theory]
    [InlineData("jsonl", 0)]
    [InlineData("csv", 1)]
    [InlineData("tsv", 1)]
    public async Task A_pipe_gets_each_answer_before_it_gives_the_next_record(
        string format,
        int headings
    )
    {
        var patience = TimeSpan.FromMinutes(2);
        var stop = TestContext.Current.CancellationToken;
        using var process = Unirep.Start(_folder.Path, "embed", "-", "-o", "-", "--format", format);
        var error = process.StandardError.ReadToEndAsync(stop);
        await process.StandardInput.WriteAsync(">record0\n");
        for (var record = 0; record < 3; record++)
        {
            // A record ends where the next begins.
            await process.StandardInput.WriteAsync($"MKTAYIAK\n>record{record + 1}\n");
            await process.StandardInput.FlushAsync(stop);
            for (; headings > 0; headings--)
            {
                await process.StandardOutput.ReadLineAsync(stop).AsTask().WaitAsync(patience, stop);
            }

            var answer = await process
                .StandardOutput.ReadLineAsync(stop)
                .AsTask()
                .WaitAsync(patience, stop);
            Assert.Contains($"record{record}", answer, StringComparison.Ordinal);
        }

        await process.StandardInput.WriteAsync("GSHM\n");
        process.StandardInput.Close();
        await process.WaitForExitAsync(stop).WaitAsync(patience, stop);
        Assert.True(process.ExitCode == 0, await error);
    }

    [Fact]
    public void Every_kind_of_input_gives_the_same_vectors()
    {
        _folder.Write("in.fasta", TwoProteins);
        _folder.Write("in.a2m", ">first one\nMKt-AYIAk\n..QRQ\n>second\nGSHM\n");
        _folder.Write(
            "in.sto",
            "# STOCKHOLM 1.0\nfirst MKt-AYIAk\nsecond GSHM_____\n\nfirst QRQ\nsecond ...\n//\n"
        );
        _folder.Write("in.csv", "id,sequence\nfirst,MKTAYIAKQRQ\nsecond,GSHM\n");
        _folder.Write("other.tsv", "protein_name\tresidues\nfirst\tMKTAYIAKQRQ\nsecond\tGSHM\n");
        _folder.Write("in.txt", "MKTAYIAKQRQ\r\n\r\nGSHM\r\n");
        using (
            var gzip = new GZipStream(
                File.Create(Path.Combine(_folder.Path, "zipped.fasta.gz")),
                CompressionLevel.Fastest
            )
        )
        {
            gzip.Write(Encoding.UTF8.GetBytes(TwoProteins));
        }

        var expected = Table("in.fasta");
        Assert.StartsWith("id,length,average_0,", expected, StringComparison.Ordinal);
        Assert.Equal(expected, Table("in.a2m"));
        Assert.Equal(expected, Table("in.sto"));
        Assert.Equal(expected, Table("in.csv"));
        Assert.Equal(expected, Table("zipped.fasta.gz"));
        Assert.Equal(
            expected,
            Table("other.tsv", "--sequence-column", "residues", "--id-column", "protein_name")
        );
        var numbered = expected
            .Replace("first,", "1,", StringComparison.Ordinal)
            .Replace("second,", "2,", StringComparison.Ordinal);
        Assert.Equal(numbered, Table("in.txt"));
        var piped = Unirep.RunWith(
            _folder.Path,
            Encoding.UTF8.GetBytes(TwoProteins),
            "embed",
            "-",
            "-o",
            "-",
            "--format",
            "csv",
            "--quiet"
        );
        Assert.Equal(expected, piped.AssertDone().Text);
        var lines = Unirep.RunWith(
            _folder.Path,
            "MKTAYIAKQRQ\nGSHM"u8.ToArray(),
            "embed",
            "-",
            "-o",
            "-",
            "--format",
            "csv",
            "--quiet"
        );
        Assert.Equal(numbered, lines.AssertDone().Text);
    }

    [Fact]
    public void The_summary_is_one_json_object()
    {
        _folder.Write("in.fasta", ">a\nMXK\n>a\nMUU\n");
        var outcome = Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--json", "--quiet")
            .AssertDone();
        var summary = JsonDocument.Parse(outcome.Text).RootElement;
        Assert.Equal(2, summary.GetProperty("records").GetInt64());
        Assert.Equal(6, summary.GetProperty("residues").GetInt64());
        Assert.Equal(1, summary.GetProperty("repeatedIds").GetInt64());
        Assert.Equal(2, summary.GetProperty("untrained").GetProperty("U").GetInt64());
        Assert.Contains("never learnt these letters", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("1 records repeat the id", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_that_are_wrong_are_left_out_or_read_as_X_if_asked()
    {
        _folder.Write("in.fasta", ">a\nMK\n>b\nM1\n>c\n\n>d\nMK\n");
        var skipped = Unirep.Run(
            _folder.Path,
            "embed",
            "in.fasta",
            "-o",
            "-",
            "--format",
            "csv",
            "--on-invalid",
            "skip",
            "--quiet"
        );
        Assert.Equal(
            ["id", "a", "d"],
            skipped.AssertDone().Text.TrimEnd().Split('\n').Select(line => line.Split(',')[0])
        );
        Assert.Contains(
            "left out: in.fasta: record 'b', line 4, column 2",
            skipped.Error,
            StringComparison.Ordinal
        );
        _folder.Write("in.fasta", ">b\nM?\n");
        var asX = Unirep.Run(
            _folder.Path,
            "embed",
            "in.fasta",
            "-o",
            "-",
            "--format",
            "csv",
            "--on-invalid",
            "x",
            "--quiet"
        );
        Assert.Contains("1 × X", asX.AssertDone().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_the_run_and_leaves_nothing()
    {
        const string Letters = "ACDEFGHIKLMNPQRSTVWY";
        var records = Enumerable
            .Range(0, 200)
            // They differ from the start: what they shared would be computed once.
            .Select(index =>
                $">{index}\n{Letters[index % 20]}{Letters[index / 20]}{new string('M', 20_000 + index)}\n"
            );
        _folder.Write("long.fasta", string.Concat(records));
        await Interrupt("embed", "long.fasta", "--quiet");
        Assert.Equal(["long.fasta"], _folder.Files);
    }

    [Fact]
    public async Task An_interrupt_ends_a_run_that_waits_for_its_input()
    {
        await Interrupt("embed", "-", "-o", "out.csv", "--quiet");
        Assert.Empty(_folder.Files);
    }

    /// <summary>Starts a command whose standard input stays open, interrupts it, and awaits its end.</summary>
    private async Task Interrupt(params string[] arguments)
    {
        Signals.SkipWhereInterruptIsIgnored();
        using var process = Unirep.Start(_folder.Path, arguments);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]);
        Unirep.RequireEnd(process, TimeSpan.FromMinutes(2));
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(
            "unirep: cancelled",
            (
                await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            ).Trim()
        );
    }

    private string Table(string input, params string[] options) =>
        Unirep
            .Run(
                _folder.Path,
                ["embed", input, "-o", "-", "--format", "csv", "--quiet", .. options]
            )
            .AssertDone()
            .Text;
}
