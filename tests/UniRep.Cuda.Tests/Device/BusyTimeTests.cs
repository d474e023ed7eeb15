using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

public class BusyTimeTests
{
    [Fact]
    public void Stretches_that_overlap_count_once_and_gaps_do_not_count()
    {
        var time = new BusyTime();
        time.Add(1, 3);
        Assert.Equal(2, time.Total.TotalMilliseconds);
        time.Add(2, 5); // overlaps by 1
        Assert.Equal(4, time.Total.TotalMilliseconds);
        time.Add(7, 8); // after a gap of 2
        Assert.Equal(5, time.Total.TotalMilliseconds);
        time.Add(6, 8); // nothing new
        Assert.Equal(5, time.Total.TotalMilliseconds);
    }
}
