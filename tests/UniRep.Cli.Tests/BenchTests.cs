using System.Text.Json;
using UniRep.Compute;

namespace UniRep.Cli.Tests;

public sealed class BenchTests
{
    [Fact]
    public void The_figures_are_one_json_object_of_the_documented_form()
    {
        var outcome = Unirep
            .Run(Repository.Root, "bench", "--units", "16", "--threads", "1", "--json")
            .AssertDone();
        var figures = JsonDocument.Parse(outcome.Text).RootElement;
        foreach (var name in new[] { "peakGflops", "bandwidthGBs", "units", "layers", "threads" })
        {
            Assert.True(figures.GetProperty(name).GetDouble() > 0, name);
        }

        Assert.Equal("exact", figures.GetProperty("precision").GetString());
        Assert.Equal(
            InstructionSetModule.name(MlstmEngine.Supported[^1]),
            figures.GetProperty("instructionSet").GetString()
        );
        Assert.True(figures.GetProperty("single").GetProperty("residuesPerSecond").GetDouble() > 0);
        Assert.True(figures.GetProperty("ragged").GetProperty("shareOfPeak").GetDouble() > 0);
        Assert.All(
            figures.GetProperty("batches").EnumerateArray(),
            batch => Assert.True(batch.GetProperty("gflops").GetDouble() > 0)
        );
    }

    [Fact]
    public void PyTorch_is_measured_at_the_same_loads_in_the_same_rounds()
    {
        var outcome = Compare("").AssertDone();
        var rows = Rows(outcome);
        Assert.SkipWhen(rows.Length == 0, outcome.Error.Trim());
        Assert.Equal(
            ["one sequence", "32 of equal length", "128 of equal length", "like a proteome"],
            rows.Select(row => row.GetProperty("load").GetString())
        );
        foreach (var row in rows)
        {
            Assert.StartsWith("torch ", row.GetProperty("peer").GetString());
            foreach (var name in new[] { "ours", "theirs", "peakGflops" })
            {
                var spread = row.GetProperty(name);
                var (least, median, most) = (Number("least"), Number("median"), Number("most"));
                Assert.True(0 < least && least <= median && median <= most, name);
                double Number(string of) => spread.GetProperty(of).GetDouble();
            }
        }
    }

    [Theory]
    [InlineData("/no/such/python", "/no/such/python: cannot be run")]
    [InlineData("echo", "echo: no answer")]
    public void Where_there_is_no_PyTorch_one_sentence_says_so(string python, string sentence)
    {
        var outcome = Compare(python).AssertDone();
        Assert.StartsWith($"warning: PyTorch is not compared with: {sentence}", outcome.Error);
        Assert.Single(outcome.Error.Trim().Split('\n'));
        Assert.Empty(Rows(outcome));
    }

    private static Unirep.Outcome Compare(string python)
    {
        using var process = Unirep.StartWith(
            Repository.Root,
            new Dictionary<string, string> { ["UNIREP_PYTHON"] = python },
            ["bench", "--compare", "--units", "64", "--layers", "1", "--threads", "1", "--json"]
        );
        return Unirep.End(process);
    }

    private static JsonElement[] Rows(Unirep.Outcome outcome) =>
        [.. JsonDocument.Parse(outcome.Text).RootElement.GetProperty("compare").EnumerateArray()];
}
