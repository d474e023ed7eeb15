using UniRep.Compute.Internals;

namespace UniRep.Compute.Tests;

public sealed class SharesTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 119)]
    [InlineData(3, 30)]
    [InlineData(8, 3)]
    public void Every_panel_is_taken_once(int members, int panels)
    {
        var shares = new Shares(members, panels);
        for (var step = 0; step < 20; step++)
        {
            shares.Refill();
            var taken = new int[panels];
            Parallel.For(
                0,
                members,
                member =>
                {
                    while (shares.TryTake(member, out var panel, out var next))
                    {
                        Assert.InRange(next, panel, panels - 1);
                        Interlocked.Increment(ref taken[panel]);
                    }
                }
            );
            Assert.All(taken, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Who_has_done_with_its_own_panels_helps_the_others()
    {
        var shares = new Shares(2, 5);
        int[] order = [1, 1, 1, 1, 0];
        var taken = order.Select(member =>
            shares.TryTake(member, out var panel, out _) ? panel : -1
        );
        Assert.Equal([1, 3, 0, 2, 4], taken);
        Assert.False(shares.TryTake(1, out _, out _));
    }
}
