using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace UniRep.Cli.Tests;

/// <summary>Inputs that can be read once only: FIFOs, devices, open files, standard input.</summary>
public sealed class PipeTests : IDisposable
{
    private const string TwoProteins = ">first one\nMKTAYIAK\nQRQ\n>second\nGSHM\n";
    private static readonly string[] AsCsv = ["-o", "-", "--format", "csv", "--quiet"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pipe.fasta", TwoProteins)]
    [InlineData("pipe", TwoProteins)]
    [InlineData("pipe.csv", "id,sequence\nfirst,MKTAYIAKQRQ\nsecond,GSHM\n")]
    [InlineData("pipe.a3m", "#11\t1\n>first\nMKTA-YIAKQRq\n>second\nGSHM--\n")]
    public void A_fifo_is_read_once(string name, string text)
    {
        var outcome = EmbedFifo(name, Encoding.UTF8.GetBytes(text), AsCsv);
        Assert.Equal(ExpectedTable(), outcome.AssertDone().Text);
    }

    [Fact]
    public void A_fifo_gives_its_name_to_the_output()
    {
        EmbedFifo("pipe.fasta", Encoding.UTF8.GetBytes(TwoProteins), "--quiet").AssertDone();
        Assert.Equal(["pipe.fasta", "pipe.npz"], _folder.Files);
    }

    [Fact]
    public void A_compressed_fifo_that_ends_early_fails_and_leaves_nothing()
    {
        var whole = Gzip(TwoProteins);
        Assert.Equal(ExpectedTable(), EmbedFifo("pipe", whole, AsCsv).AssertDone().Text);
        EmbedFifo("other.fasta", whole[..^3], "--quiet")
            .AssertFailed(1, "other.fasta: bad gzip file: cut off at byte");
        Assert.Equal(["other.fasta", "pipe"], _folder.Files);
    }

    [Fact]
    public void A_fifo_that_nobody_writes_to_can_be_interrupted()
    {
        SkipUnlessUnix();
        Signals.SkipWhereInterruptIsIgnored();
        MakeFifo("pipe.fasta");
        using var process = Unirep.Start(_folder.Path, "embed", "pipe.fasta", "--quiet");
        Thread.Sleep(TimeSpan.FromSeconds(2));
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        Unirep.RequireEnd(process, TimeSpan.FromMinutes(2));
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public void Standard_input_is_read_by_its_device_name_too()
    {
        SkipUnlessUnix();
        var outcome = Unirep.RunWith(
            _folder.Path,
            Encoding.UTF8.GetBytes(TwoProteins),
            ["embed", "/dev/stdin", .. AsCsv]
        );
        Assert.Equal(ExpectedTable(), outcome.AssertDone().Text);
        Unirep
            .RunWith(_folder.Path, Encoding.UTF8.GetBytes(TwoProteins), "embed", "/dev/stdin")
            .AssertFailed(2, "say with -o");
    }

    [Theory]
    [InlineData(";comment\n" + TwoProteins)]
    [InlineData("#11\t1\n" + TwoProteins)]
    [InlineData(">first\rMKTAYIAKQRQ\r>second\rGSHM\r")]
    public void Standard_input_is_read_as_a_file_of_that_name(string text)
    {
        Assert.Equal(ExpectedTable(), EmbedInput(Encoding.UTF8.GetBytes(text)).AssertDone().Text);
        Assert.Equal(ExpectedTable(), EmbedInput(Gzip(text)).AssertDone().Text);
    }

    [Fact]
    public void Nucleotides_are_warned_of()
    {
        const string Message =
            "warning: 100 % of the letters are A, C, G, T, U or N: this looks like DNA or RNA";
        var dna = ">a\nATGGCCTTAGCATAA\n>b\nACGTACGTNNNNACGT\n";
        var outcome = EmbedInput(Encoding.UTF8.GetBytes(dna)).AssertDone();
        Assert.Contains(Message, outcome.Error, StringComparison.Ordinal);
        _folder.Write("dna.fasta", dna);
        outcome = Unirep.Run(_folder.Path, ["embed", "dna.fasta", .. AsCsv]).AssertDone();
        Assert.Equal(Message, outcome.Error.Trim()[..Message.Length]);
        Assert.Single(outcome.Error.Trim().Split('\n'));
        outcome = Unirep
            .Run(_folder.Path, "train", "dna.fasta", "-o", "d", "--units", "4", "--epochs", "1")
            .AssertDone();
        Assert.Contains(Message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_that_is_not_utf8_is_warned_of()
    {
        var outcome = EmbedInput(
            Encoding.Latin1.GetBytes(">first café\nMKTAYIAKQRQ\n>second\nGSHM\n")
        );
        Assert.Equal(ExpectedTable(), outcome.AssertDone().Text);
        Assert.Equal(
            "warning: 1 headers hold bytes that are not UTF-8, and are read as Latin-1 (the first is in line 1)",
            outcome.Error.Trim()
        );
    }

    private static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return buffer.ToArray();
    }

    private static void SkipUnlessUnix() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFOs and no /dev");

    private void MakeFifo(string name)
    {
        using var process = Process.Start("mkfifo", [Path.Combine(_folder.Path, name)])!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Embeds what is written once into a FIFO.</summary>
    private Unirep.Outcome EmbedFifo(string name, byte[] bytes, params string[] options)
    {
        SkipUnlessUnix();
        MakeFifo(name);
        using var process = Unirep.Start(_folder.Path, ["embed", name, .. options]);
        using (
            var pipe = new FileStream(
                Path.Combine(_folder.Path, name),
                FileMode.Open,
                FileAccess.Write
            )
        )
        {
            pipe.Write(bytes);
        }

        return Unirep.End(process);
    }

    private Unirep.Outcome EmbedInput(byte[] bytes) =>
        Unirep.RunWith(_folder.Path, bytes, ["embed", "-", .. AsCsv]);

    private string ExpectedTable()
    {
        _folder.Write("expected.fasta", TwoProteins);
        var table = Unirep
            .Run(_folder.Path, ["embed", "expected.fasta", .. AsCsv])
            .AssertDone()
            .Text;
        File.Delete(Path.Combine(_folder.Path, "expected.fasta"));
        return table;
    }
}
