using System.Text;
using System.Text.Json;

namespace UniRep.Cli.Tests;

/// <summary>`unirep evotune --max-identity`: alignments without close relatives.</summary>
public sealed class IdentityTests : IDisposable
{
    private const int Families = 12;
    private const int RowsOfFamily = 4;

    private readonly TemporaryFolder _folder = new();

    public IdentityTests() => _folder.Write("family.a3m", Alignment());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evotune_leaves_out_close_relatives_and_says_how_many_remain()
    {
        var outcome = Evotune("family.a3m", "--max-identity", "0.8", "--json").AssertDone();
        Assert.Contains(
            "12 of 48 rows remain: the others are more than 80 % identical to one before (--max-identity)",
            outcome.Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "11 training sequences, 1 for validation",
            outcome.Error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("duplicates", outcome.Error, StringComparison.Ordinal);
        using var summary = JsonDocument.Parse(outcome.Text);
        Assert.Equal(0.8, summary.RootElement.GetProperty("maxIdentity").GetDouble());
        Assert.Equal(48, summary.RootElement.GetProperty("rows").GetInt32());
        Assert.Equal(12, summary.RootElement.GetProperty("rowsKept").GetInt32());
        Assert.Contains(
            "\"maxIdentity\": 0.8",
            _folder.ReadText("tuned/training.json"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Without_the_option_all_rows_are_read_and_nothing_is_said()
    {
        var outcome = Evotune("family.a3m", "--json").AssertDone();
        Assert.DoesNotContain("rows remain", outcome.Error, StringComparison.Ordinal);
        using var summary = JsonDocument.Parse(outcome.Text);
        Assert.Equal(JsonValueKind.Null, summary.RootElement.GetProperty("maxIdentity").ValueKind);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.5")]
    [InlineData("1.01")]
    [InlineData("80")]
    public void A_limit_that_is_no_share_is_refused(string limit)
    {
        Evotune("family.a3m", "--max-identity", limit)
            .AssertFailed(2, $"--max-identity must be above 0 and at most 1, not {limit}");
        AssertNothingWritten();
    }

    [Theory]
    [InlineData("loose.fasta", ">a\nMKTAYIAK\n>b\nMKTAYIAKQR\n", "record 'b', line 3: 10 columns")]
    [InlineData("loose.csv", "id,sequence\na,MKTAYIAK\nb,MKTA\n", "record 'b', line 3: 4 columns")]
    [InlineData("loose.a3m", ">a\nMKTAYIAK\n>b\nMKqqTAYIA\n", "record 'b', line 3: 7 columns")]
    public void Sequences_that_are_not_aligned_are_refused_with_how_to_align_them(
        string name,
        string text,
        string place
    )
    {
        _folder.Write(name, text);
        var outcome = Evotune(name, "--max-identity", "0.8");
        outcome.AssertFailed(1, $"{name}: {place}, the first record has 8");
        Assert.Contains("needs an alignment", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("align them, with MMseqs2", outcome.Error, StringComparison.Ordinal);
        AssertNothingWritten();
    }

    [Fact]
    public void The_rows_of_standard_input_are_compared_too_and_the_training_resumes_from_them()
    {
        var text = _folder.ReadText("family.a3m");
        string[] training = ["evotune", "-", "--input-format", "a2m", "--max-identity", "0.8"];
        Unirep
            .RunWith(
                _folder.Path,
                Encoding.UTF8.GetBytes(text),
                [.. training, "-o", "piped", "--epochs", "1", "--quiet"]
            )
            .AssertDone();
        Evotune("family.a3m", "--max-identity", "0.8").AssertDone();
        Assert.Equal(
            _folder.Read("tuned/model.safetensors"),
            _folder.Read("piped/model.safetensors")
        );
        Run("evotune", "--resume", "-o", "piped", "--epochs", "2").AssertDone();
    }

    [Fact]
    public void A_resumed_training_keeps_its_limit()
    {
        Evotune("family.a3m", "--max-identity", "0.8").AssertDone();
        Run("evotune", "--resume", "-o", "tuned", "--max-identity", "0.9")
            .AssertFailed(2, "leave out --max-identity");
        var outcome = Run("evotune", "--resume", "-o", "tuned", "--epochs", "2").AssertDone();
        Assert.Contains("12 of 48 rows remain", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Families of rows that differ in one column of 40, after an insertion of their own.</summary>
    private static string Alignment()
    {
        const string Letters = "ACDEFGHIKLMNPQRSTVWY";
        var random = new Random(3);
        var text = new StringBuilder();
        for (var family = 0; family < Families; family++)
        {
            var row = Enumerable.Range(0, 40).Select(_ => Letters[random.Next(20)]).ToArray();
            for (var member = 0; member < RowsOfFamily; member++)
            {
                var letters = (char[])row.Clone();
                letters[member] = letters[member] == 'A' ? 'C' : 'A';
                var insertion = new string('m', member);
                text.Append($">{family}/{member}\n{insertion}").Append(letters).Append('\n');
            }
        }

        return text.ToString();
    }

    private void AssertNothingWritten() =>
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "tuned")));

    private Unirep.Outcome Evotune(params string[] arguments) =>
        Run(["evotune", .. arguments, "-o", "tuned", "--epochs", "1"]);

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);
}
