using System.Text.Json;
using UniRep.Cli.Commands.Bench;
using UniRep.Cli.Commands.Doctor;
using UniRep.Compute;

namespace UniRep.Cli.Tests;

/// <summary>`unirep bench --device cuda` and `unirep doctor` with a driver that computes nothing, so that rates mean nothing.</summary>
public sealed class GpuBenchTests : IDisposable
{
    private const double Peak = 132 * 1.98e9 * 4096;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Run(FakeDriver driver, params string[] arguments)
    {
        using var process = Unirep.StartWith(
            _folder.Path,
            new Dictionary<string, string>
            {
                ["UNIREP_CUDA_DRIVER"] = driver.Path,
                ["UNIREP_LIBTORCH"] = _folder.Path,
            },
            arguments
        );
        return Unirep.End(process).AssertDone().Text;
    }

    private string Bench(FakeDriver driver, params string[] more) =>
        Run(driver, ["bench", "--device", "cuda", "--units", "8", "--rounds", "1", .. more]);

    private static JsonElement[] Loads(JsonElement figures) =>
        [.. figures.GetProperty("loads").EnumerateArray()];

    [Theory]
    [InlineData("bfloat16", 1)]
    [InlineData("exact", 3)]
    public void The_share_of_the_nominal_peak_counts_the_products_that_are_made(
        string precision,
        int products
    )
    {
        using var driver = FakeDriver.CreateNamed();
        var text = Bench(driver, "--precision", precision, "--json");
        var figures = JsonDocument.Parse(text).RootElement;
        Assert.Equal(
            Peak,
            figures.GetProperty("gpu").GetProperty("nominalPeak").GetDouble(),
            Peak * 1e-9
        );
        Assert.Equal(6, Loads(figures).Length);
        Assert.All(
            Loads(figures),
            load =>
            {
                var flops = 1e12 * load.GetProperty("teraflops").GetDouble();
                var share = load.GetProperty("shareOfNominalPeak").GetDouble();
                Assert.True(share > 0);
                Assert.Equal(1, flops * products / Peak / share, 1e-9);
            }
        );
    }

    [Fact]
    public void The_time_of_the_device_is_a_part_of_the_whole()
    {
        using var driver = FakeDriver.Create();
        var figures = JsonDocument.Parse(Bench(driver, "--json")).RootElement;
        // The clock of the fake goes on by half a millisecond at each event, of which a chunk has four.
        Assert.Equal(1.5, Median(figures, "oneProteinDeviceMilliseconds"), 1e-9);
        Assert.True(Median(figures, "oneProteinMilliseconds") > 0);
        Assert.All(
            Loads(figures),
            load => Assert.True(Median(load, "deviceResiduesPerSecond") > 0)
        );

        static double Median(JsonElement of, string name) =>
            of.GetProperty(name).GetProperty("median").GetDouble();
    }

    [Fact]
    public void The_proteins_of_a_file_are_measured_too()
    {
        using var driver = FakeDriver.Create();
        var file = Path.Combine(_folder.Path, "in.fasta");
        File.WriteAllText(file, ">a\nMKTAYIAKQRQ\n>b\nGSHM\n");
        var figures = JsonDocument.Parse(Bench(driver, "--sequences", file, "--json")).RootElement;
        var ofFile = figures.GetProperty("file");
        Assert.Equal(2, ofFile.GetProperty("proteins").GetInt32());
        Assert.Equal(15, ofFile.GetProperty("residues").GetInt64());
        Assert.True(ofFile.GetProperty("seconds").GetProperty("median").GetDouble() > 0);
        Assert.True(ofFile.GetProperty("deviceSeconds").GetProperty("median").GetDouble() > 0);
        Assert.Matches(
            @"(?m)^2 proteins of the file +\d+\.\d{3} s, \d+\.\d{3} s of device time$",
            Bench(driver, "--sequences", file)
        );
    }

    [Theory]
    [InlineData(">a\nMKT1\n", "cuda", 1, "in.fasta")]
    [InlineData("", "cuda", 1, "in.fasta")]
    [InlineData(">a\nMKT\n", "cpu", 2, "--sequences is measured on a GPU: add --device cuda")]
    public void A_file_that_cannot_be_measured_is_one_message(
        string content,
        string device,
        int exitCode,
        string message
    )
    {
        using var driver = FakeDriver.Create();
        var file = Path.Combine(_folder.Path, "in.fasta");
        File.WriteAllText(file, content);
        using var process = Unirep.StartWith(
            _folder.Path,
            new Dictionary<string, string> { ["UNIREP_CUDA_DRIVER"] = driver.Path },
            ["bench", "--device", device, "--units", "8", "--sequences", file]
        );
        Unirep.End(process).AssertFailed(exitCode, message);
    }

    [Fact]
    public void A_GPU_whose_figures_are_not_known_has_no_share()
    {
        using var driver = FakeDriver.Create();
        var text = Bench(driver);
        Assert.Contains("residues/s", text, StringComparison.Ordinal);
        Assert.DoesNotContain("nominal peak", text, StringComparison.Ordinal);
        Assert.DoesNotContain("of measured peak", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_without_the_kernels_of_the_measured_peak_is_told_and_the_figures_stay()
    {
        using var driver = FakeDriver.Create();
        var figures = JsonDocument.Parse(Bench(driver, "--json")).RootElement;
        var peak = figures.GetProperty("measuredPeak");
        Assert.Equal(JsonValueKind.Null, peak.GetProperty("teraflops").ValueKind);
        Assert.Equal(JsonValueKind.Null, peak.GetProperty("kernel").ValueKind);
        Assert.StartsWith(
            "cuModuleGetFunction: CUDA_ERROR_NOT_FOUND (500)",
            peak.GetProperty("missing").GetString()
        );
        Assert.Equal(6, Loads(figures).Length);
        Assert.All(
            Loads(figures),
            load =>
            {
                Assert.True(load.GetProperty("teraflops").GetDouble() > 0);
                Assert.Equal(JsonValueKind.Null, load.GetProperty("shareOfMeasuredPeak").ValueKind);
            }
        );
        Assert.Matches(
            @"(?m)^measured peak in bfloat16  none: cuModuleGetFunction: CUDA_ERROR_NOT_FOUND",
            Bench(driver)
        );
    }

    [Fact]
    public void The_table_has_the_measured_peak_beside_the_nominal_one()
    {
        var lines = BenchTable.Of(Figures(Peak, [600e12, 700e12, 800e12])).Split('\n');
        Assert.Equal("nominal peak in bfloat16          1,071 TFLOP/s", lines[1].Split(" (")[0]);
        Assert.Equal(
            "measured peak in bfloat16           700 TFLOP/s (600 to 800, peak_wgmma)",
            lines[2]
        );
        Assert.EndsWith("TFLOP/s  of measured peak  of nominal peak  least and most", lines[^4]);
        Assert.Matches(@" 350\.0 +50\.0 % +32\.7 %  1 to 3$", lines[^3]);
        Assert.True(lines[^4].Length < 120);
    }

    [Fact]
    public void The_table_has_the_measured_peak_of_a_GPU_whose_nominal_one_is_not_known()
    {
        var lines = BenchTable.Of(Figures(null, [700e12])).Split('\n');
        Assert.StartsWith("measured peak in bfloat16           700 TFLOP/s", lines[1]);
        Assert.EndsWith("TFLOP/s  of measured peak  least and most", lines[^4]);
        Assert.Matches(@" 350\.0 +50\.0 %  1 to 3$", lines[^3]);
        Assert.Matches(
            @"^training 256 x 300 +2 tokens/s, 12\.0 TFLOP/s \(1 to 3 tokens/s\)$",
            lines[^1]
        );
    }

    /// <summary>Figures of one load, of 350 TFLOP/s.</summary>
    private static BenchGpuFigures Figures(double? nominal, double[] rates)
    {
        var peak = new CudaPeak
        {
            Kernel = "peak_wgmma",
            Rates = rates,
            Missing = null,
        };
        var spread = new BenchSpread(2, 1, 3);
        return new BenchGpuFigures(
            "unirep",
            DateTime.UnixEpoch,
            BenchMachine.Describe(),
            new DoctorGpu("cuda:0", "H100", "9.0", "13.0", 132, 1980000000, nominal, 1, 1, null),
            1900,
            1,
            "bfloat16",
            spread,
            spread,
            null,
            1,
            1,
            1,
            BenchGpuPeak.Of(peak),
            [new BenchGpuLoad("x", spread, spread, 350, 350e12 / nominal, 350e12 / peak.Median)],
            new BenchGpuTraining(256, 300, spread, 12, null)
        );
    }

    [Fact]
    public void The_table_says_that_the_peak_is_nominal_and_of_what()
    {
        using var driver = FakeDriver.CreateNamed();
        var lines = Bench(driver, "--precision", "exact").Split('\n');
        Assert.Matches(
            @"^nominal peak in bfloat16 +1,071 TFLOP/s \(132 multiprocessors at 1\.98 GHz; exact takes three products for one\)$",
            lines[1]
        );
        var head = Array.FindIndex(lines, line => line.Contains("residues/s"));
        Assert.Contains("of nominal peak", lines[head], StringComparison.Ordinal);
        Assert.All(lines[(head + 1)..(head + 7)], line => Assert.Matches(@"\d+\.\d %", line));
    }

    [Fact]
    public void The_doctor_tells_the_nominal_peak_of_a_GPU_that_is_known()
    {
        using var driver = FakeDriver.CreateNamed();
        Assert.Contains(
            "132 multiprocessors at 1.98 GHz (nominal peak 1,071 TFLOP/s in bfloat16), ",
            Run(driver, "doctor"),
            StringComparison.Ordinal
        );
        using var unknown = FakeDriver.Create();
        Assert.Contains(
            "132 multiprocessors at 1.98 GHz, ",
            Run(unknown, "doctor"),
            StringComparison.Ordinal
        );
    }
}
