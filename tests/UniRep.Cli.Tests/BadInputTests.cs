using System.IO.Compression;
using System.Text;

namespace UniRep.Cli.Tests;

/// <summary>Bad input gets one clear message, a code of its kind, and leaves nothing behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("MKT\n>a\nMK\n", "in.fasta: line 1: text before the first '>'")]
    [InlineData(">a\n>b\nMK\n", "in.fasta: record 'a', line 1: the sequence is empty")]
    [InlineData(">a\nMK\nM?K\n", "in.fasta: record 'a', line 3, column 2: '?' is not a residue")]
    [InlineData(
        ">a\nMKt\n",
        "in.fasta: record 'a', line 2, column 3: 't' is not a residue: write residues in upper case, or give --upper-case"
    )]
    [InlineData(
        ">a\nMK*\n",
        "in.fasta: record 'a', line 2, column 3: '*' is not a residue: end the sequence there, or give --trim-stop"
    )]
    [InlineData("", "in.fasta: there is no record in it")]
    public void A_fasta_file_that_is_wrong_is_told_where(string text, string message)
    {
        _folder.Write("in.fasta", text);
        Unirep.Run(_folder.Path, "embed", "in.fasta").AssertFailed(1, message);
        Assert.Equal(["in.fasta"], _folder.Files);
    }

    [Fact]
    public void Many_errors_are_counted_and_the_first_twenty_told()
    {
        _folder.Write(
            "in.fasta",
            string.Concat(Enumerable.Range(0, 50).Select(index => $">r{index}\nM1\n"))
        );
        var outcome = Unirep.Run(_folder.Path, "embed", "in.fasta");
        outcome.AssertFailed(1, "30 more records are wrong");
        Assert.Equal(21, outcome.Error.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_told_where()
    {
        _folder.Write("in.fasta", [.. ">a\nMK"u8, 0xFF, .. "M\n"u8]);
        Unirep
            .Run(_folder.Path, "embed", "in.fasta")
            .AssertFailed(1, "in.fasta: line 2, byte 3: not UTF-8");
    }

    [Fact]
    public void A_gzip_file_that_is_cut_off_is_noticed()
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, true))
        {
            var random = new Random(1);
            for (var index = 0; index < 500; index++)
            {
                var residues = Enumerable
                    .Range(0, 200)
                    .Select(_ => "ACDEFGHIKLMNPQRSTVWY"[random.Next(20)]);
                gzip.Write(Encoding.UTF8.GetBytes($">{index}\n{string.Concat(residues)}\n"));
            }
        }

        _folder.Write("in.fasta.gz", buffer.ToArray()[..(int)(buffer.Length / 2)]);
        Unirep.Run(_folder.Path, "embed", "in.fasta.gz").AssertFailed(1, "cut off at byte");
        Assert.Equal(["in.fasta.gz"], _folder.Files);
    }

    [Fact]
    public void A_folder_or_nothing_instead_of_a_file_is_told()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "sub.fasta"));
        Unirep.Run(_folder.Path, "embed", "sub.fasta").AssertFailed(1, "sub.fasta: is a folder");
        Unirep.Run(_folder.Path, "embed", "none.fasta").AssertFailed(1, "none.fasta: no such file");
        _folder.Write("in.xyz", "MK\n");
        Unirep.Run(_folder.Path, "embed", "in.xyz").AssertFailed(1, "give --input-format");
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_told()
    {
        _folder.Write("in.fasta", ">a\nMK\n");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "-o", "no/such/out.npz")
            .AssertFailed(4, "no/such/out.npz: cannot be written");
        _folder.Write("out.npz", "precious");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "-o", "out.npz")
            .AssertFailed(2, "give --overwrite");
        Assert.Equal("precious", _folder.ReadText("out.npz"));
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "-o", "out.xyz")
            .AssertFailed(2, "give --format");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "-o", "out.npy")
            .AssertFailed(2, "choose one of average, final, cell and fusion with --pool");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "-o", "out.csv", "--per-residue")
            .AssertFailed(2, "csv cannot hold states per residue");
        Assert.Equal(["in.fasta", "out.npz"], _folder.Files);
    }

    [Fact]
    public void A_full_disk_is_told_and_nothing_is_left()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        _folder.Write("in.fasta", ">a\nMK\n");
        Shell
            .Run(_folder.Path, "$UNIREP embed in.fasta -o - --format csv --quiet > /dev/full")
            .AssertFailed(4, "No space left on device");
        Assert.Equal(["in.fasta"], _folder.Files);
    }

    [Fact]
    public void Weights_that_are_none_are_told()
    {
        _folder.Write("in.fasta", ">a\nMK\n");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--weights", "nosuch")
            .AssertFailed(
                3,
                "'nosuch' is neither a file or folder nor a known model (open-672, open-256, open-1920, paper-64"
            );
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--weights", "paper-1900")
            .AssertFailed(3, "run `unirep weights get paper-1900`");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--weights", "empty")
            .AssertFailed(3, "empty: not weights");
        var model = File.ReadAllBytes(
            Path.Combine(Repository.Root, "weights", "open-256.safetensors")
        );
        _folder.Write("cut.safetensors", model[..200_000]);
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--weights", "cut.safetensors")
            .AssertFailed(3, "cut.safetensors");
        _folder.Write("evil.pkl", [0x80, 3, .. "cposix\nsystem\nX\u0004\0\0\0true\u0085R."u8]);
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--weights", "evil.pkl")
            .AssertFailed(3, "posix.system");
        Assert.DoesNotContain(
            _folder.Files,
            name => name.EndsWith(".npz", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Options_that_make_no_sense_are_told()
    {
        Unirep.Run(_folder.Path, "embed").AssertFailed(2, "INPUT is missing");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--pool", "maximum")
            .AssertFailed(2, "--pool takes average, final, cell");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--format", "xls")
            .AssertFailed(2, "--format takes npz|npy|csv|tsv|jsonl|safetensors, not 'xls'");
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "--threads", "-2")
            .AssertFailed(2, "--threads must be from 0 to 1024, not -2");
        Unirep
            .RunWith(_folder.Path, "MK\n"u8.ToArray(), "embed", "-")
            .AssertFailed(2, "say with -o");
        Unirep
            .Run(_folder.Path, "bench", "--units", "0")
            .AssertFailed(2, "--units must be from 1 to 20000, not 0");
    }
}
