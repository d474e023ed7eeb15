using System.Diagnostics;

namespace UniRep.Compute.Tests;

/// <summary>Joins continuous runs.</summary>
internal static class ContinuousRuns
{
    /// <summary>A sequence that takes much longer than any test.</summary>
    public static readonly byte[] Endless = new byte[50_000_000];

    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static KeepingReceiver Join(
        ContinuousRun run,
        byte[] tokens,
        string client = "",
        Outputs outputs = Outputs.Vectors
    )
    {
        var receiver = new KeepingReceiver();
        Assert.True(run.TryJoin([new SequenceRequest(tokens, outputs, receiver)], client, out _));
        return receiver;
    }

    public static KeepingReceiver JoinCancellable(
        ContinuousRun run,
        byte[] tokens,
        CancellationToken cancellation
    )
    {
        var receiver = new KeepingReceiver();
        var request = new SequenceRequest(tokens, Outputs.Vectors, receiver, cancellation);
        Assert.True(run.TryJoin([request], "", out _));
        return receiver;
    }

    /// <summary>Waits until something holds, but not for ever.</summary>
    public static async Task Until(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience);
            await Task.Delay(1, Token);
        }
    }
}
