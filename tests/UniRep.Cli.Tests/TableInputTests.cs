using System.Text;

namespace UniRep.Cli.Tests;

/// <summary>Tables on standard input: every command that takes a TABLE reads them as `unirep score` does.</summary>
public sealed class TableInputTests : IDisposable
{
    private const string WildType = "MKTAYIAKQR";
    private const string Fit =
        "fit {0} --target activity --wild-type wt.fasta --features one-hot -o {1}.model";
    private const string Benchmark =
        "benchmark {0} --target activity --wild-type wt.fasta --features one-hot --folds random,low-n --sizes 8 --seeds 2 -o {1}.csv";
    private const string Simulate =
        "campaign simulate {0} --target activity --wild-type wt.fasta --weights open-256 --rounds 2 --batch 6 --seeds 2";
    private const string Init =
        "campaign init wt.fasta --library {0} --weights open-256 -o {1}-plates";
    private readonly TemporaryFolder _folder = new();

    public TableInputTests() => _folder.Write("wt.fasta", $">wt\n{WildType}\n");

    public void Dispose() => _folder.Dispose();

    /// <summary>Single mutants, as variants or as whole sequences, with what was measured of them.</summary>
    private static string Table(bool variants)
    {
        var lines = new List<string> { variants ? "mutant,activity" : "id,sequence,activity" };
        for (var row = 0; row < 20; row++)
        {
            var at = row % WildType.Length;
            var letter = "CW"[row / WildType.Length];
            var cells = variants
                ? $"{WildType[at]}{at + 1}{letter}"
                : $"p{row},{WildType[..at]}{letter}{WildType[(at + 1)..]}";
            lines.Add(FormattableString.Invariant($"{cells},{(at % 7) + (row / 100.0)}"));
        }

        return string.Join('\n', lines) + "\n";
    }

    private Unirep.Outcome Run(string command, string table, string name) =>
        Unirep.Run(_folder.Path, Words(command, table, name));

    private Unirep.Outcome Feed(string input, string command, string table, string name) =>
        Unirep.RunWith(_folder.Path, Encoding.UTF8.GetBytes(input), Words(command, table, name));

    private static string[] Words(string command, string table, string name) =>
        command
            .Replace("{0}", table, StringComparison.Ordinal)
            .Replace("{1}", name, StringComparison.Ordinal)
            .Split(' ');

    [Theory]
    [InlineData(Fit, ".model")]
    [InlineData(Benchmark, ".csv")]
    [InlineData(Simulate, null)]
    [InlineData(Init, "-plates/library.csv")]
    public void A_table_on_standard_input_is_read_as_the_file_is(string command, string? result)
    {
        foreach (var variants in new[] { true, false })
        {
            var kind = variants ? "variants" : "sequences";
            _folder.Write("table.csv", Table(variants));
            var file = Run(command, "table.csv", $"file-{kind}").AssertDone();
            var stream = Feed(
                    Table(variants),
                    command + " --input-format csv",
                    "-",
                    $"stream-{kind}"
                )
                .AssertDone();
            Assert.Equal(file.Text, stream.Text);
            if (result is not null)
            {
                Assert.Equal(
                    _folder.Read($"file-{kind}{result}"),
                    _folder.Read($"stream-{kind}{result}")
                );
            }
        }
    }

    [Fact]
    public void A_pipe_that_is_named_as_a_file_is_read_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no /dev");
        _folder.Write("table.csv", Table(false));
        Run(Fit, "table.csv", "file").AssertDone();
        Feed(Table(false), Fit + " --input-format csv", "/dev/stdin", "pipe").AssertDone();
        Assert.Equal(_folder.Read("file.model"), _folder.Read("pipe.model"));
    }

    [Theory]
    [InlineData(Fit)]
    [InlineData(Benchmark)]
    [InlineData(Simulate)]
    [InlineData(Init)]
    public void A_table_without_a_format_is_refused_with_the_option_to_give(string command)
    {
        Feed(Table(true), command, "-", "out").AssertFailed(1, "--input-format csv or tsv");
        Feed("mutant\nK2R\n", command, "-", "out")
            .AssertFailed(1, "or give --input-format csv or tsv if this is a table");
        Assert.Equal(["wt.fasta"], _folder.Files);
    }

    [Fact]
    public void What_is_wrong_with_a_table_names_standard_input_and_the_line()
    {
        const string Csv = " --input-format csv";
        const string Wrong = "mutant,activity\nM1G,1\nK2G,\nT3G,2\n";
        Feed(Wrong, Fit + Csv, "-", "out")
            .AssertFailed(1, "standard input, line 3, column 'activity': '' is no number");
        Feed(Wrong, Benchmark + Csv, "-", "out")
            .AssertFailed(1, "standard input, line 3, column 'activity': '' is no number");
        var level = string.Join(
            '\n',
            Table(true)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select((line, at) => at == 0 ? line : line.Split(',')[0] + ",1")
        );
        Feed(level, Fit + Csv, "-", "out")
            .AssertFailed(1, "standard input: all targets are 1: there is nothing to learn");
        Feed(level, Benchmark + Csv, "-", "out").AssertFailed(1, "standard input: random, split");
        Feed("mutant,yield\nM1G,1\n", Simulate + Csv, "-", "out")
            .AssertFailed(
                1,
                "no column 'activity'; there are: mutant, yield. Name one with --target or --sequence-column"
            );
        Feed("mutant,activity\nM1G,1\n", Simulate + Csv, "-", "out")
            .AssertFailed(2, "standard input: 1 measured variants do not fill 2 plates of 6");
        Feed("mutant\nK1A\n", Init + Csv, "-", "out")
            .AssertFailed(1, "K is expected at residue 1 of the wild type, M is found");
    }

    [Fact]
    public void The_file_behind_standard_input_is_not_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no /proc");
        _folder.Write("table.csv", Table(true));
        Shell
            .Run(
                _folder.Path,
                "$UNIREP benchmark - --input-format csv --target activity --wild-type wt.fasta --features one-hot -o table.csv --overwrite < table.csv"
            )
            .AssertFailed(2, "table.csv: the output would replace what this run reads");
        Assert.Equal(Table(true), _folder.ReadText("table.csv"));
    }

    [Fact]
    public void The_column_of_sequences_of_a_campaign_can_be_named()
    {
        _folder.Write("two.csv", "sequence,seq\nMKTAYIAKQW,MKTAYIAKQC\n");
        Run(Init, "two.csv", "out").AssertFailed(1, "Name one with --sequence-column");
        Run(Init + " --sequence-column seq", "two.csv", "out").AssertDone();
        Assert.EndsWith(
            ",MKTAYIAKQC\n",
            _folder.ReadText("out-plates/library.csv"),
            StringComparison.Ordinal
        );
    }
}
