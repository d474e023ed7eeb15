using System.Text.Json;

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

        Assert.Equal("float32", figures.GetProperty("precision").GetString());
        Assert.True(figures.GetProperty("single").GetProperty("residuesPerSecond").GetDouble() > 0);
        Assert.True(figures.GetProperty("ragged").GetProperty("shareOfPeak").GetDouble() > 0);
        Assert.All(
            figures.GetProperty("batches").EnumerateArray(),
            batch => Assert.True(batch.GetProperty("gflops").GetDouble() > 0)
        );
    }
}
