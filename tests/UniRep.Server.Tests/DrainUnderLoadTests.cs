using UniRep.Tests;

namespace UniRep.Server.Tests;

/// <summary>SIGTERM while many connections send small requests one after the other.</summary>
public sealed class DrainUnderLoadTests
{
    private static LoadRequest RequestOf(int number)
    {
        var letters = new string('M', 20 + 7 * number) + "ACDEFGHIKLMNPQRSTVWY"[number];
        var vector = ModelModule
            .represent(TestServer.Model, SequenceModule.parse(letters).ResultValue)
            .Average;
        return LoadRequest.Create(
            "open-256",
            number % 2 == 0 ? "base64" : "float",
            letters,
            vector
        );
    }

    [Fact]
    public async Task Every_answer_that_the_log_tells_of_comes_and_is_right()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are those of Unix");
        using var server = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "UniRep.Server.dll"),
            true,
            "--weights",
            "open-256"
        );
        var run = new DrainRun(server, [.. Enumerable.Range(0, 20).Select(RequestOf)]);
        await run.RunAsync(24, 100, TimeSpan.Zero);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal([], run.Missing);
        Assert.True(run.Outcomes[DrainRun.Right] >= 100);
        Assert.Equal(0, run.Outcomes.GetValueOrDefault(DrainRun.Wrong));
        Assert.Equal(0, run.Outcomes.GetValueOrDefault(DrainRun.CutOff));
        Assert.Contains(
            server.Log,
            line => line.Contains("every accepted request is answered", StringComparison.Ordinal)
        );
    }
}
