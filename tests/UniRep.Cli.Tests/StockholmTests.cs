using System.IO.Compression;
using System.Text;

namespace UniRep.Cli.Tests;

/// <summary>Families in Stockholm format: the commands read them as the same families in A2M.</summary>
public sealed class StockholmTests : IDisposable
{
    private const int Rows = 24;
    private const int Columns = 40;

    private readonly TemporaryFolder _folder = new();

    public StockholmTests()
    {
        var (a2m, stockholm) = Family();
        _folder.Write("family.a2m", a2m);
        _folder.Write("family.sto", stockholm);
        using var gzip = new GZipStream(
            File.Create(Path.Combine(_folder.Path, "family.sto.gz")),
            CompressionLevel.Fastest
        );
        gzip.Write(Encoding.UTF8.GetBytes(stockholm));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--max-identity", "0.8")]
    [InlineData("--gaps", "x")]
    public void Evotune_makes_the_model_that_the_same_family_in_A2M_gives(params string[] options)
    {
        Evotune("family.a2m", "a2m", options).AssertDone();
        Evotune("family.sto.gz", "stockholm", options).AssertDone();
        Assert.Equal(
            _folder.Read("a2m/model.safetensors"),
            _folder.Read("stockholm/model.safetensors")
        );
    }

    [Fact]
    public void Standard_input_is_recognised_and_a_description_is_kept()
    {
        var outcome = Unirep
            .RunWith(
                _folder.Path,
                "# STOCKHOLM 1.0\n#=GS a/1-4 DE some protein\na/1-4 MK-T\n//\n"u8.ToArray(),
                ["embed", "-", "-o", "-", "--format", "csv", "--keep", "description", "--quiet"]
            )
            .AssertDone();
        Assert.Contains("\na/1-4,3,some protein,", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_reads_its_rows_and_its_columns()
    {
        _folder.Write("wt.fasta", ">wt\nMKTAY\n");
        _folder.Write("v.sto", "# STOCKHOLM 1.0\none MKT-AY\ntwo MKTwAF\n//\n");
        _folder.Write("v.fasta", ">one\nMKTAY\n>two\nMKTWAF\n");
        Run("score", "v.sto", "-o", "sto.csv").AssertDone();
        Run("score", "v.fasta", "-o", "fasta.csv").AssertDone();
        Assert.Equal(
            _folder.ReadText("fasta.csv").Replace(",description", "", StringComparison.Ordinal),
            _folder.ReadText("sto.csv").Replace(",description", "", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "two.sto",
        "line 4: a second alignment begins, but columns can be compared within one only"
    )]
    [InlineData("cut.sto", "line 3: the alignment ends without a line '//'")]
    [InlineData("named.fasta", "name it .sto, or read it as stockholm (--input-format stockholm)")]
    [InlineData("bad.sto", "record 'b', line 3, column 7: '?' is not a residue")]
    public void What_is_wrong_is_said_in_one_message(string name, string message)
    {
        const string Text = "# STOCKHOLM 1.0\na MKTAY\nb MKTAF\n";
        _folder.Write(name, name == "bad.sto" ? Text.Replace('F', '?') + "//\n" : Text);
        if (name == "two.sto")
        {
            _folder.Write(name, "# STOCKHOLM 1.0\na MKTAY\n//\n" + Text + "//\n");
        }

        Evotune(name, "out", "--max-identity", "0.8").AssertFailed(1, message);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "out")));
    }

    /// <summary>One family with insertions, as A2M and in two blocks of Stockholm with a reference line.</summary>
    private static (string A2m, string Stockholm) Family()
    {
        const string Letters = "ACDEFGHIKLMNPQRSTVWY";
        var random = new Random(5);
        var ancestor = Enumerable.Range(0, Columns).Select(_ => Letters[random.Next(20)]).ToArray();
        // Columns 10 to 12 are no match columns.
        var reference = new string('x', 10) + "..." + new string('x', Columns - 13);
        var a2m = new StringBuilder();
        var blocks = new[] { new StringBuilder(), new StringBuilder() };
        for (var row = 0; row < Rows; row++)
        {
            var letters = (char[])ancestor.Clone();
            for (var change = 0; change < row; change++)
            {
                letters[random.Next(Columns)] =
                    random.Next(4) == 0 ? '-' : Letters[random.Next(20)];
            }

            var text = new string(letters);
            var insertion = text[10..13].ToLowerInvariant().Replace('-', '.');
            a2m.Append($">r{row}\n{text[..10]}{insertion}{text[13..]}\n");
            blocks[0].Append($"r{row}  {text[..20].Replace('-', '.')}\n");
            blocks[1].Append($"r{row}  {text[20..].ToLowerInvariant()}\n");
        }

        blocks[0].Append($"#=GC RF {reference[..20]}\n");
        blocks[1].Append($"#=GC RF {reference[20..]}\n");
        return (a2m.ToString(), $"# STOCKHOLM 1.0\n\n{blocks[0]}\n{blocks[1]}//\n");
    }

    private Unirep.Outcome Evotune(string family, string output, params string[] options) =>
        Run(["evotune", family, "-o", output, "--epochs", "1", .. options]);

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);
}
