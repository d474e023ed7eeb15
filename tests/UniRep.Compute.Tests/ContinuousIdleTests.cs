using System.Diagnostics;
using static UniRep.Compute.Tests.ContinuousRuns;

namespace UniRep.Compute.Tests;

/// <summary>Tests that no other test may run beside, because they measure the whole process.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public class Alone;

/// <summary>A continuous run without sequences uses no processor.</summary>
[Collection("Alone")]
public class ContinuousIdleTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task An_idle_run_uses_no_processor_time_and_computes_again()
    {
        using var engine = MlstmEngine.Create(
            Waves.Arrays(320, 1),
            new EngineOptions { Threads = 2 }
        );
        await using var run = engine.BeginContinuous();
        await Join(run, Waves.Tokens(50, 1)).Result.WaitAsync(Patience, Token);
        var used = TimeSpan.MaxValue;
        var start = Stopwatch.GetTimestamp();
        while (used > Window / 10 && Stopwatch.GetElapsedTime(start) < Patience)
        {
            var before = Environment.CpuUsage.TotalTime;
            await Task.Delay(Window, Token);
            used = Environment.CpuUsage.TotalTime - before;
        }

        Assert.InRange(used, TimeSpan.Zero, Window / 10);
        await Join(run, Waves.Tokens(50, 2)).Result.WaitAsync(Patience, Token);
    }
}
