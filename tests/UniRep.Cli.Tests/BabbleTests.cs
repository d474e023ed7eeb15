using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace UniRep.Cli.Tests;

/// <summary>`unirep babble`.</summary>
public sealed partial class BabbleTests : IDisposable
{
    private static readonly string[] Short =
    [
        "babble",
        "--max-length",
        "90",
        "--weights",
        "open-256",
    ];

    private static readonly string[] Few = [.. Short, "-n", "30", "--seed", "7"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sequences_are_a_fasta_file_with_a_header_each()
    {
        var outcome = Run([.. Few, "-o", "out.fasta"]).AssertDone();
        Assert.Contains("30 sequences, ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["out.fasta"], _folder.Files);
        using var model = ModelModule.load(Cpu.automatic, "open-256").ResultValue;
        var records = _folder.ReadText("out.fasta").Split('>')[1..];
        Assert.Equal(30, records.Length);
        Assert.All(
            records.Index(),
            record =>
            {
                var lines = record.Item.TrimEnd().Split('\n');
                var header = Header().Match(lines[0]);
                Assert.True(header.Success, lines[0]);
                Assert.Equal($"{record.Index + 1}", header.Groups["number"].Value);
                var letters = string.Concat(lines[1..]);
                Assert.Equal($"{letters.Length}", header.Groups["length"].Value);
                Assert.Equal(letters.Length == 90 ? "cut" : "stop", header.Groups["end"].Value);
                Assert.Equal(
                    ModelModule
                        .logLikelihood(true, model, SequenceModule.parse(letters).ResultValue)
                        .ToString("F4", CultureInfo.InvariantCulture),
                    header.Groups["score"].Value
                );
            }
        );
    }

    [Fact]
    public void A_seed_gives_the_same_sequences_with_any_number_of_threads()
    {
        var expected = Run([.. Few, "-q", "--threads", "1"]).AssertDone();
        Assert.Empty(expected.Error);
        Assert.Equal(expected.Text, Run([.. Few, "--threads", "3", "-o", "-"]).AssertDone().Text);
        Assert.NotEqual(
            expected.Text,
            Run([.. Short, "-n", "30", "--seed", "8"]).AssertDone().Text
        );
    }

    [Fact]
    public void A_start_is_given_by_its_letters_or_in_a_file()
    {
        _folder.Write("start.fasta", ">x\nMSKGE\nELFTG\n");
        string[] options = [.. Few, "--temperature", "0.5", "--top-k", "5", "--top-p", "0.9"];
        var expected = Run([.. options, "--start", "MSKGEELFTG"]).AssertDone().Text;
        Assert.Equal(31, expected.Split("MSKGEELFTG").Length);
        Assert.Equal(expected, Run([.. options, "--start-file", "start.fasta"]).AssertDone().Text);
    }

    [Fact]
    public void A_file_is_replaced_only_if_asked_for()
    {
        _folder.Write("out.fasta", "mine");
        Run([.. Few, "-o", "out.fasta"]).AssertFailed(2, "out.fasta: exists already");
        Assert.Equal("mine", _folder.ReadText("out.fasta"));
        Run([.. Few, "-o", "out.fasta", "--overwrite"]).AssertDone();
        Assert.StartsWith(">babble-1 ", _folder.ReadText("out.fasta"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_is_one_json_object_if_asked_for()
    {
        var outcome = Run([.. Few, "-o", "out.fasta", "--json", "-q"]).AssertDone();
        var summary = JsonDocument.Parse(outcome.Text).RootElement;
        Assert.Equal(30, summary.GetProperty("sequences").GetInt32());
        Assert.Equal(7, summary.GetProperty("seed").GetInt32());
        Assert.Equal(
            30,
            summary.GetProperty("endedByStop").GetInt32() + summary.GetProperty("cut").GetInt32()
        );
        Run([.. Few, "--json"]).AssertFailed(2, "-o - and --json both want standard output");
    }

    [Theory]
    [InlineData(2, "--temperature must be 0 or more", "--temperature", "-1")]
    [InlineData(2, "--top-p must be", "--top-p", "0")]
    [InlineData(2, "--top-k must be", "--top-k", "0")]
    [InlineData(2, "the lengths are 91 to 90", "--min-length", "91")]
    [InlineData(2, "'B' cannot be drawn", "--letters", "AB")]
    [InlineData(2, "--start 'b' at position 3 is not a residue", "--start", "MKb")]
    [InlineData(2, "exclude each other", "--start", "MK", "--start-file", "two.fasta")]
    [InlineData(1, "two.fasta: has several sequences", "--start-file", "two.fasta")]
    [InlineData(1, "none.fasta", "--start-file", "none.fasta")]
    [InlineData(4, "there is no folder", "-o", "none/out.fasta")]
    [InlineData(
        2,
        "would replace what this run reads",
        "--start-file",
        "one.fasta",
        "-o",
        "one.fasta"
    )]
    public void What_is_wrong_is_said_and_nothing_is_written(
        int code,
        string message,
        params string[] options
    )
    {
        _folder.Write("one.fasta", ">a\nMK\n");
        _folder.Write("two.fasta", ">a\nMK\n>b\nMK\n");
        Run([.. Few, .. options]).AssertFailed(code, message);
        Assert.Equal(["one.fasta", "two.fasta"], _folder.Files);
    }

    [Fact]
    public void A_number_and_a_model_that_cannot_be_are_refused()
    {
        Run(["babble", "-n", "0"]).AssertFailed(2, "-n must be from 1");
        Run(["babble", "--weights", "no-such-model"]).AssertFailed(3, "no-such-model");
    }

    [Fact]
    public void A_reader_that_has_enough_ends_the_run_quietly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell is that of Unix");
        var outcome = Shell
            .Run(
                _folder.Path,
                "$UNIREP babble -n 2000000000 --weights open-256 --max-length 30 -q | head -n 4"
            )
            .AssertDone();
        Assert.StartsWith(">babble-1 ", outcome.Text, StringComparison.Ordinal);
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public void A_signal_ends_the_run_and_leaves_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are those of Unix");
        using var process = Unirep.Start(
            _folder.Path,
            [.. Short, "-n", "2000000000", "-o", "out.fasta", "-q"]
        );
        Assert.True(
            SpinWait.SpinUntil(() => _folder.Files.Length > 0, TimeSpan.FromMinutes(2)),
            "no output was opened"
        );
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            kill.WaitForExit();
        }

        Unirep.RequireEnd(process, TimeSpan.FromMinutes(1));
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("unirep: cancelled", process.StandardError.ReadToEnd().Trim());
        Assert.Empty(_folder.Files);
    }

    private Unirep.Outcome Run(string[] arguments) => Unirep.Run(_folder.Path, arguments);

    [GeneratedRegex(
        @"^babble-(?<number>\d+) log_likelihood=(?<score>-\d+\.\d{4}) length=(?<length>\d+) end=(?<end>stop|cut)$"
    )]
    private static partial Regex Header();
}
