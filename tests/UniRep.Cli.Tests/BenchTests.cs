using System.Text.Json;
using UniRep.Compute;

namespace UniRep.Cli.Tests;

public sealed class BenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_figures_are_one_json_object_of_the_documented_form()
    {
        var outcome = Unirep
            .Run(
                _folder.Path,
                "bench",
                "--units",
                "16",
                "--threads",
                "1",
                "--rounds",
                "2",
                "--json"
            )
            .AssertDone();
        var figures = JsonDocument.Parse(outcome.Text).RootElement;
        foreach (var name in new[] { "peakGflops", "bandwidthGBs", "units", "layers", "threads" })
        {
            Assert.True(figures.GetProperty(name).GetDouble() > 0, name);
        }

        Assert.StartsWith("unirep ", figures.GetProperty("program").GetString());
        Assert.True(figures.GetProperty("measured").GetDateTime() > new DateTime(2026, 1, 1));
        var machine = figures.GetProperty("machine");
        Assert.Equal(Environment.ProcessorCount, machine.GetProperty("cores").GetInt32());
        Assert.NotEqual("", machine.GetProperty("system").GetString());
        Assert.False(figures.TryGetProperty("compare", out _));
        Assert.Equal("exact", figures.GetProperty("precision").GetString());
        Assert.Equal(
            InstructionSetModule.name(MlstmEngine.Supported[^1]),
            figures.GetProperty("instructionSet").GetString()
        );
        Assert.True(figures.GetProperty("single").GetProperty("residuesPerSecond").GetDouble() > 0);
        Assert.True(figures.GetProperty("ragged").GetProperty("shareOfPeak").GetDouble() > 0);
        Assert.All(
            figures.GetProperty("batches").EnumerateArray(),
            batch => Assert.True(batch.GetProperty("gflops").GetDouble() > 0)
        );
    }

    [Fact]
    public void Peers_are_measured_at_the_same_loads_in_the_same_rounds()
    {
        var compared = Compared(Compare(Libtorch.Folder, NoPython, "--json"));
        Assert.Equal(
            ["engine exact", "engine int8", "libtorch float32", "libtorch bfloat16"],
            Texts(compared.GetProperty("contenders"), "name")
        );
        Assert.Equal("libtorch 2.10.0", Texts(compared.GetProperty("contenders"), "library")[2]);
        var loads = compared.GetProperty("loads");
        Assert.Equal(Loads, Texts(loads, "load"));
        // Only what trains is in the row of training, and our engine needs no padding.
        Assert.Equal([4, 4, 4, 4, 4, 2, 2], Loads.Select((_, at) => Rates(loads, at).Length));
        foreach (var rate in loads.EnumerateArray().SelectMany((_, at) => Rates(loads, at)))
        {
            foreach (var name in new[] { "rate", "ratio" })
            {
                var spread = rate.GetProperty(name);
                var (least, median, most) = (Number("least"), Number("median"), Number("most"));
                Assert.True(0 < least && least <= median && median <= most, name);
                double Number(string of) => spread.GetProperty(of).GetDouble();
            }
        }

        Assert.All(
            Rates(loads, 0).Take(1),
            ours => Assert.Equal(1, ours.GetProperty("ratio").GetProperty("median").GetDouble())
        );
    }

    [Fact]
    public void A_Python_with_PyTorch_is_a_peer_too()
    {
        var outcome = Compare(Empty, "", "--json").AssertDone();
        var contenders = Compared(outcome).GetProperty("contenders");
        Assert.SkipWhen(contenders.GetArrayLength() == 2, outcome.Error.Trim());
        Assert.Equal("Python float32", Texts(contenders, "name")[2]);
        Assert.StartsWith("torch ", Texts(contenders, "library")[2]);
        Assert.Contains("padded", Texts(contenders, "mixedLengths")[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/python", "/no/such/python: cannot be run")]
    [InlineData("echo", "echo: no answer")]
    public void Where_there_is_no_peer_one_sentence_each_says_so(string python, string sentence)
    {
        var outcome = Compare(Empty, python).AssertDone();
        var warnings = outcome
            .Error.Split('\n')
            .Where(line => line.StartsWith("warning: ", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(2, warnings.Length);
        Assert.StartsWith("warning: not compared with libtorch: ", warnings[0]);
        Assert.Contains("dotnet package download", warnings[0], StringComparison.Ordinal);
        Assert.StartsWith($"warning: not compared with PyTorch: {sentence}", warnings[1]);
        var text = outcome.Text.Split('\n');
        Assert.StartsWith("16 units x 1 layer, exact, ", text[0]);
        Assert.EndsWith(", 1 thread", text[0]);
        var table = text.SkipWhile(line =>
            !line.StartsWith("side by side", StringComparison.Ordinal)
        );
        Assert.EndsWith("engine exact          engine int8", table.ElementAt(1));
        Assert.Equal(
            Loads,
            table
                .Skip(2)
                .Take(Loads.Length)
                .Select(line => line[..Math.Min(28, line.Length)].Trim())
        );
    }

    [Fact]
    public void The_processor_is_described_as_Linux_describes_it()
    {
        string[] lines =
        [
            "processor\t: 0",
            "model name\t: A Processor: 2.1 GHz",
            "flags\t\t: fpu sse2 avx2 avx512f amx_int8 fma",
            "",
            "processor\t: 1",
            "model name\t: Another",
        ];
        Assert.Equal(
            ("A Processor: 2.1 GHz", "avx2 avx512f amx_int8 fma"),
            Commands.Bench.BenchMachine.OfCpuInfo(lines)
        );
        Assert.Equal((null, null), Commands.Bench.BenchMachine.OfCpuInfo([]));
    }

    private const string NoPython = "/no/such/python";
    private const string Empty = "/no/such/folder";

    private static readonly string[] Loads =
    [
        "one sequence",
        "32 of equal length",
        "128 of equal length",
        "mixed lengths, sorted",
        "mixed lengths, as they come",
        "mixed lengths, padded",
        "training (tokens/s)",
    ];

    private Unirep.Outcome Compare(string libtorch, string python, params string[] arguments)
    {
        using var process = Unirep.StartWith(
            _folder.Path,
            new Dictionary<string, string>
            {
                ["UNIREP_LIBTORCH"] = libtorch,
                ["UNIREP_PYTHON"] = python,
            },
            ["bench", "--compare", "--units", "16", "--threads", "1", "--rounds", "1", .. arguments]
        );
        // libtorch's threads wait by spinning, which takes minutes where other programs use all processors.
        return Unirep.End(process, TimeSpan.FromMinutes(10));
    }

    private static JsonElement Compared(Unirep.Outcome outcome) =>
        JsonDocument.Parse(outcome.AssertDone().Text).RootElement.GetProperty("compare");

    private static string[] Texts(JsonElement items, string name) =>
        [.. items.EnumerateArray().Select(item => item.GetProperty(name).GetString()!)];

    private static JsonElement[] Rates(JsonElement loads, int at) =>
        [.. loads[at].GetProperty("rates").EnumerateArray()];
}
