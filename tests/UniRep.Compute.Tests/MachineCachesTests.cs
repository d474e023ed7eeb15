using System.Globalization;

namespace UniRep.Compute.Tests;

public sealed class MachineCachesTests
{
    private const string Folder = "/sys/devices/system/cpu/cpu0/cache";

    [Fact]
    public void Each_level_is_at_least_as_large_as_the_one_before()
    {
        var levels = MachineCaches.Bytes;
        Assert.Equal(levels.Order(), levels);
        Assert.All(levels, bytes => Assert.InRange(bytes, 4 * 1024, 1L << 40));
    }

    [Fact]
    public void The_sizes_are_those_that_Linux_tells()
    {
        Assert.SkipUnless(
            Directory.Exists(Folder),
            "this system does not tell the sizes of caches"
        );
        Assert.SkipWhen(MachineCaches.Bytes.Count == 0, "this processor does not tell the sizes");
        var told = Directory
            .GetDirectories(Folder, "index*")
            .Order(StringComparer.Ordinal)
            .Where(cache => Text(cache, "type") != "Instruction")
            .Select(cache =>
                1024L * int.Parse(Text(cache, "size").TrimEnd('K'), CultureInfo.InvariantCulture)
            );
        Assert.Equal(told, MachineCaches.Bytes);
    }

    private static string Text(string cache, string name) =>
        File.ReadAllText(Path.Combine(cache, name)).Trim();
}
