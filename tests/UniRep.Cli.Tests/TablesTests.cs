using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace UniRep.Cli.Tests;

/// <summary>Tables in, with their other columns if asked for, and what is refused of them.</summary>
public sealed class TablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_of_UniProt_keeps_its_ids_and_its_quotes()
    {
        _folder.Write(
            "up.tsv",
            "Entry\tProtein names\tSequence\nP1\t\"open\tMKTAYIAK\nP2\tb\tMSKGEELF\nP3\tc\"\tMSKG\nP4\td\tGGGG\n"
        );
        var outcome = Embed("up.tsv", "--keep", "Protein names");
        Assert.Equal(
            ["id\tlength\tProtein names", "P1\t8\t\"open", "P2\t8\tb", "P3\t4\tc\"", "P4\t4\td"],
            FirstCells(outcome, '\t', 3)
        );
        Assert.Contains(
            "sequences are from column 'Sequence', ids from column 'Entry'",
            outcome.Error,
            StringComparison.Ordinal
        );
        var vectors = Vectors(outcome, '\t', 3);
        _folder.Write("up.fasta", ">P1\nMKTAYIAK\n>P2\nMSKGEELF\n>P3\nMSKG\n>P4\nGGGG\n");
        Assert.Equal(Vectors(Embed("up.fasta"), '\t', 2), vectors);
    }

    [Fact]
    public void Rows_without_a_usual_id_are_numbered_and_that_is_said()
    {
        _folder.Write("in.csv", "x,sequence\na,MKT\nb,MKA\n");
        var outcome = Embed("in.csv");
        Assert.Equal(["id", "1", "2"], FirstCells(outcome, '\t', 1));
        Assert.Contains(
            "warning: sequences are from column 'sequence'; no column has a usual name for ids, so the rows are numbered from 1: name one with --id-column",
            outcome.Error,
            StringComparison.Ordinal
        );
        _folder.Write("index.csv", ",sequence\n7,MKT\n");
        outcome = Embed("index.csv");
        Assert.Equal(["id", "7"], FirstCells(outcome, '\t', 1));
        Assert.Contains("ids from column without a name", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_value_is_an_error_or_left_out_and_counted()
    {
        _folder.Write("in.csv", "id,sequence\na,MKTAYIAK\nb,NA\nc,\n");
        var refused = Unirep.Run(_folder.Path, "embed", "in.csv", "-o", "out.csv");
        refused.AssertFailed(1, "in.csv: record 'b', line 3: 'NA' means a missing value");
        refused.AssertFailed(1, "in.csv: record 'c', line 4: the sequence is empty");
        Unirep
            .Run(_folder.Path, "embed", "in.csv", "-o", "out.csv", "--on-invalid", "x")
            .AssertFailed(1, "'NA' means a missing value");
        Assert.Equal(["in.csv"], _folder.Files);
        var skipped = Unirep
            .Run(_folder.Path, "embed", "in.csv", "--on-invalid", "skip", "--json")
            .AssertDone();
        using var summary = JsonDocument.Parse(skipped.Text);
        Assert.Equal(1, summary.RootElement.GetProperty("records").GetInt32());
        Assert.Equal(2, summary.RootElement.GetProperty("skipped").GetInt32());
        Assert.Equal("sequence", summary.RootElement.GetProperty("sequenceColumn").GetString());
        Assert.Equal("id", summary.RootElement.GetProperty("idColumn").GetString());
    }

    [Theory]
    [InlineData(
        "Protein,Seq_len,AA\nGFP,8,MSKGEELF\n",
        "no column 'sequence'",
        "--sequence-column"
    )]
    [InlineData("sequence,seq\nMK,MK\n", "several columns may hold", "--sequence-column")]
    [InlineData("id;sequence;score\na;MKT;0,53\n", "has semicolons, not commas", "tsv")]
    [InlineData("id,sequence,score\na,MKT,0,53\n", "3 cells expected, 4 found", "decimal comma")]
    public void A_table_in_doubt_is_refused_with_what_to_do(
        string text,
        string message,
        string advice
    )
    {
        _folder.Write("in.csv", text);
        var outcome = Unirep.Run(_folder.Path, "embed", "in.csv");
        outcome.AssertFailed(1, message);
        outcome.AssertFailed(1, advice);
        Assert.Equal(["in.csv"], _folder.Files);
    }

    [Fact]
    public void Every_other_column_is_kept_if_asked_for()
    {
        _folder.Write(
            "in.csv",
            "score,id,sequence,note\n0.5,a,MKT,\"one, \"\"two\"\"\"\n-1,b,MKA,\"x\ny\"\n"
        );
        Unirep
            .Run(_folder.Path, "embed", "in.csv", "-o", "out.jsonl", "--keep-all", "--quiet")
            .AssertDone();
        var lines = _folder.ReadText("out.jsonl").TrimEnd('\n').Split('\n');
        Assert.Equal(
            [
                """{"id":"a","length":3,"score":"0.5","note":"one, \"two\"",""",
                """{"id":"b","length":3,"score":"-1","note":"x\ny",""",
            ],
            lines.Select(line => line[..line.IndexOf("\"average\"", StringComparison.Ordinal)])
        );
        Unirep.Run(_folder.Path, "embed", "in.csv", "--keep", "note,score", "--quiet").AssertDone();
        using var zip = new ZipArchive(new MemoryStream(_folder.Read("in.npz")));
        Assert.Equal(
            ["ids.npy", "lengths.npy", "column.note.npy", "column.score.npy"],
            zip.Entries.Take(4).Select(entry => entry.FullName)
        );
        Unirep
            .Run(_folder.Path, "embed", "in.csv", "--keep", "nothing", "-o", "x.csv")
            .AssertFailed(1, "in.csv: no column 'nothing'; there are: score, id, sequence, note");
        Unirep
            .Run(_folder.Path, "embed", "in.csv", "--keep", "note", "--keep-all", "-o", "x.csv")
            .AssertFailed(2, "--keep and --keep-all exclude each other");
        Unirep
            .Run(
                _folder.Path,
                "embed",
                "in.csv",
                "--id-column",
                "note",
                "--keep",
                "id",
                "-o",
                "x.csv"
            )
            .AssertFailed(2, "csv cannot hold a column called 'id'");
        Assert.Equal(["in.csv", "in.npz", "out.jsonl"], _folder.Files);
    }

    [Fact]
    public void Columns_are_kept_of_a_stream_too()
    {
        var outcome = Unirep.RunWith(
            _folder.Path,
            Encoding.UTF8.GetBytes("id,sequence,x\na,MKT,1\n"),
            "embed",
            "-",
            "--input-format",
            "csv",
            "--keep-all",
            "-o",
            "-",
            "--format",
            "tsv"
        );
        Assert.Equal(["id\tlength\tx", "a\t3\t1"], FirstCells(outcome.AssertDone(), '\t', 3));
    }

    [Fact]
    public void The_description_of_a_FASTA_record_is_kept_if_asked_for()
    {
        _folder.Write("in.fasta", ">a one two\nMKT\n>b\nMKA\n");
        var outcome = Embed("in.fasta", "--keep", "description");
        Assert.Equal(
            ["id\tlength\tdescription", "a\t3\tone two", "b\t3\t"],
            FirstCells(outcome, '\t', 3)
        );
    }

    private Unirep.Outcome Embed(string input, params string[] options) =>
        Unirep
            .Run(_folder.Path, ["embed", input, "-o", "-", "--format", "tsv", .. options])
            .AssertDone();

    private static IEnumerable<string> FirstCells(
        Unirep.Outcome outcome,
        char separator,
        int count
    ) => Rows(outcome, separator).Select(cells => string.Join(separator, cells.Take(count)));

    private static IEnumerable<string> Vectors(
        Unirep.Outcome outcome,
        char separator,
        int skipped
    ) => Rows(outcome, separator).Select(cells => string.Join(separator, cells.Skip(skipped)));

    private static IEnumerable<string[]> Rows(Unirep.Outcome outcome, char separator) =>
        outcome.Text.TrimEnd('\n').Split('\n').Select(line => line.Split(separator));
}
