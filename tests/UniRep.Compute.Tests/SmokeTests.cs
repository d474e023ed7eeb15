using Xunit;

namespace UniRep.Compute.Tests;

public class SmokeTests
{
    [Fact]
    public void The_house_stands() => Assert.True(Environment.ProcessorCount > 0);
}
