using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Tests;

/// <summary>Threads wait until a value changes.</summary>
public sealed class WaitableValueTests
{
    private const long NoSpin = 0;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_value_that_has_changed_is_not_waited_for()
    {
        var value = new WaitableValue();
        value.Set(5);
        Assert.Equal(5, value.Value);
        Assert.Equal(0, value.WaitWhile(4, NoSpin));
    }

    [Fact]
    public async Task A_thread_that_waits_long_is_blocked_until_the_value_changes()
    {
        var value = new WaitableValue();
        var waiting = new Thread(() => value.WaitWhile(0, NoSpin)) { IsBackground = true };
        waiting.Start();
        while (!waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin))
        {
            await Task.Delay(1, Token);
        }

        value.Set(1);
        Assert.True(waiting.Join(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_broken_value_ends_all_waiting_now_and_later()
    {
        var value = new WaitableValue();
        var waiting = Enumerable
            .Range(0, 3)
            .Select(_ =>
                Task.Run(
                    () => Assert.Throws<BrokenBarrierException>(() => value.WaitWhile(0, NoSpin)),
                    Token
                )
            )
            .ToArray();
        value.Break();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Throws<BrokenBarrierException>(() => value.WaitWhile(0, NoSpin));
    }
}
