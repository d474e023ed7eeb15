namespace UniRep.Interop.Tests;

/// <summary>Files of representations, written from C#.</summary>
public sealed class EmbeddingTests : IDisposable
{
    private static readonly (string Id, string Sequence)[] Records =
    [
        ("first", "MKTAYIAKQR"),
        ("second", "GSHM"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("unirep-tests-").FullName;
    private readonly UniRepModel _model = UniRepModel.Load("open-256", threads: 1);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, true);
    }

    [Fact]
    public void A_file_and_its_records_give_the_same_file()
    {
        File.WriteAllText(PathOf("in.fasta"), ">first\nMKTAYIAKQR\n>second\nGSHM\n");
        var progress = new Counts();
        var file = _model.EmbedFile(
            PathOf("in.fasta"),
            PathOf("file.npz"),
            progress: progress,
            cancellation: TestContext.Current.CancellationToken
        );
        var records = Embed(Records, "records.npz");
        Assert.Equal((2, 14), (file.Records, file.Residues));
        Assert.Equal((2, 14), (records.Records, records.Residues));
        Assert.Empty(file.Warnings);
        Assert.Equal(14, progress.Last);
        Assert.Equal(
            File.ReadAllBytes(PathOf("file.npz")),
            File.ReadAllBytes(PathOf("records.npz"))
        );
    }

    [Fact]
    public void What_a_format_cannot_hold_is_a_warning()
    {
        var written = Embed([("a\tb", "MKT")], "out.tsv");
        Assert.Equal(
            [
                "1 ids or cells hold tabs or line breaks, which a TSV cannot: they are written as blanks",
            ],
            written.Warnings
        );
    }

    [Fact]
    public void A_file_is_replaced_only_if_that_is_asked_for()
    {
        File.WriteAllText(PathOf("out.csv"), "precious");
        var refused = Assert.Throws<UniRepException>(() => Embed(Records, "out.csv"));
        Assert.Equal("precious", File.ReadAllText(PathOf("out.csv")));
        Assert.Contains("out.csv", refused.Message, StringComparison.Ordinal);
        Embed(Records, "out.csv", overwrite: true);
        Assert.StartsWith("id,length,", File.ReadAllText(PathOf("out.csv")));
    }

    [Fact]
    public void A_string_that_is_no_sequence_is_found_before_and_leaves_no_file()
    {
        var wrong = Assert.Throws<UniRepException>(() =>
            Embed([.. Records, ("third", "MK1")], "out.csv")
        );
        Assert.Equal((2, 3), (wrong.Index, wrong.Position));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_cancelled_embedding_leaves_no_file()
    {
        Assert.ThrowsAny<OperationCanceledException>(() =>
            _model.EmbedRecords(
                Records,
                PathOf("out.csv"),
                cancellation: new CancellationToken(canceled: true)
            )
        );
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private EmbeddedFile Embed(
        IEnumerable<(string, string)> records,
        string name,
        bool overwrite = false
    ) =>
        _model.EmbedRecords(
            records,
            PathOf(name),
            overwrite,
            cancellation: TestContext.Current.CancellationToken
        );

    private string PathOf(string name) => Path.Combine(_folder, name);

    private sealed class Counts : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }
}
