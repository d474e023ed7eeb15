using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>The machine that figures belong to. What the system does not tell is null.</summary>
internal sealed record BenchMachine(
    string System,
    string Runtime,
    int Cores,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Processor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Caches,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Instructions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Load
)
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const string CacheFolder = "/sys/devices/system/cpu/cpu0/cache";

    public static BenchMachine Describe()
    {
        var (processor, instructions) = Linux(() => OfCpuInfo(File.ReadLines(CpuInfo)));
        return new BenchMachine(
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            Environment.ProcessorCount,
            processor ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER"),
            Linux(Caching) ?? OfCaches(MachineCaches.Bytes),
            instructions,
            Linux<double?>(() =>
                double.Parse(
                    File.ReadAllText("/proc/loadavg").Split(' ')[0],
                    CultureInfo.InvariantCulture
                )
            )
        );
    }

    /// <summary>The name of the processor, and those of its instructions for vectors and matrices.</summary>
    internal static (string? Processor, string? Instructions) OfCpuInfo(IEnumerable<string> lines)
    {
        var values = lines
            .TakeWhile(line => line.Length > 0)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        string[] kinds = ["avx", "fma", "amx", "asimd", "sve", "i8mm", "bf16"];
        var names = (values.GetValueOrDefault("flags") ?? values.GetValueOrDefault("Features"))
            ?.Split(' ')
            .Where(name => kinds.Any(kind => name.StartsWith(kind, StringComparison.Ordinal)));
        return (
            values.GetValueOrDefault("model name"),
            names is null ? null : string.Join(' ', names)
        );
    }

    /// <summary>The caches of the first core: `L1 48K, L2 2048K, L3 307200K`.</summary>
    private static string Caching() =>
        string.Join(
            ", ",
            Directory
                .GetDirectories(CacheFolder, "index*")
                .Order(StringComparer.Ordinal)
                .Where(cache => Text(cache, "type") != "Instruction")
                .Select(cache => $"L{Text(cache, "level")} {Text(cache, "size")}")
        );

    /// <summary>What the processor itself tells, where the system does not, as in some virtual machines.</summary>
    private static string? OfCaches(IReadOnlyList<long> bytes) =>
        bytes is []
            ? null
            : string.Join(
                ", ",
                bytes.Select(
                    (size, level) =>
                        string.Create(CultureInfo.InvariantCulture, $"L{level + 1} {size / 1024}K")
                )
            );

    private static string Text(string folder, string name) =>
        File.ReadAllText(Path.Combine(folder, name)).Trim();

    /// <summary>Asks Linux; a system that does not tell, as in some containers, is no error.</summary>
    private static T? Linux<T>(Func<T> ask)
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        try
        {
            return ask();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
