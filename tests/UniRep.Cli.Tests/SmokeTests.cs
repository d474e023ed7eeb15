using Xunit;

namespace UniRep.Cli.Tests;

public class SmokeTests
{
    [Fact]
    public void The_house_stands() => Assert.True(Environment.ProcessorCount > 0);
}
