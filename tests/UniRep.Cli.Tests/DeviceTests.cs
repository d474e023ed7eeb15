using System.Text.Json;

namespace UniRep.Cli.Tests;

/// <summary>The option --device and `unirep doctor` where no NVIDIA driver is found: these tests name one that does not exist.
/// </summary>
public sealed class DeviceTests : IDisposable
{
    private const string NoDriver = "no NVIDIA driver: nowhere/libcuda.so";
    private readonly TemporaryFolder _folder = new();

    public DeviceTests() =>
        File.WriteAllText(
            Path.Combine(_folder.Path, "in.fasta"),
            ">a\nMKTAYIAKQRQISFVKSHFSRQ\n>b\nGSHMASMTGGQQMGR\n"
        );

    public void Dispose() => _folder.Dispose();

    private Unirep.Outcome Run(params string[] arguments)
    {
        using var process = Unirep.StartWith(
            _folder.Path,
            new Dictionary<string, string>
            {
                ["UNIREP_CUDA_DRIVER"] = "nowhere/libcuda.so",
                ["UNIREP_LIBTORCH"] = _folder.Path,
            },
            arguments
        );
        return Unirep.End(process);
    }

    private byte[] Written(string name) => File.ReadAllBytes(Path.Combine(_folder.Path, name));

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Theory]
    [InlineData("embed", "in.fasta", "-o", "out.csv")]
    [InlineData("serve", "--urls", "http://127.0.0.1:0")]
    [InlineData("bench", "--units", "8")]
    public void Without_a_driver_one_message_says_so(params string[] arguments)
    {
        var outcome = Run([.. arguments, "--device", "cuda"]);
        outcome.AssertFailed(4, NoDriver);
        Assert.Contains("`unirep doctor`", outcome.Error, StringComparison.Ordinal);
        Assert.Single(Lines(outcome.Error));
        Assert.Empty(outcome.Output);
        Assert.False(Path.Exists(Path.Combine(_folder.Path, "out.csv")));
    }

    [Fact]
    public void Automatic_falls_back_to_the_bits_of_the_CPU_and_says_why()
    {
        string[] embed = ["embed", "in.fasta", "--weights", "open-256", "-o"];
        Run([.. embed, "cpu.npz"]).AssertDone();
        var outcome = Run([.. embed, "auto.npz", "--device", "auto", "--json"]).AssertDone();
        Assert.StartsWith(
            $"--device auto: cpu, exact: {NoDriver}",
            outcome.Error,
            StringComparison.Ordinal
        );
        var summary = JsonDocument.Parse(outcome.Text).RootElement;
        Assert.Equal("cpu", summary.GetProperty("backend").GetString());
        Assert.Equal("exact", summary.GetProperty("precision").GetString());
        Assert.Contains("thread", summary.GetProperty("device").GetString());
        Assert.Equal(Written("cpu.npz"), Written("auto.npz"));
    }

    [Fact]
    public void Automatic_computes_a_precision_of_the_CPU_there()
    {
        var outcome = Run(
                "embed",
                "in.fasta",
                "-o",
                "out.csv",
                "--pool",
                "average",
                "--weights",
                "open-256",
                "--device",
                "auto",
                "--precision",
                "int16"
            )
            .AssertDone();
        Assert.Contains(
            "--device auto: cpu, int16: no GPU computes in this precision",
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Automatic_does_not_replace_a_precision_that_was_asked_for() =>
        Run("embed", "in.fasta", "-o", "out.csv", "--device", "auto", "--precision", "bfloat16")
            .AssertFailed(
                4,
                "--precision bfloat16 needs a GPU, or --device torch: no NVIDIA driver"
            );

    [Theory]
    [InlineData(4, NoDriver, "cuda")]
    [InlineData(4, NoDriver, "cuda", "--precision", "exact")]
    [InlineData(
        2,
        "--precision bfloat16 needs --device cuda or torch",
        "cpu",
        "--precision",
        "bfloat16"
    )]
    [InlineData(2, "--precision takes exact|bfloat16|tf32", "cpu", "--precision", "int8")]
    public void Training_needs_a_device_that_has_the_precision(
        int code,
        string message,
        string device,
        params string[] more
    ) =>
        Run(["train", "in.fasta", "-o", "model", "--units", "5", "--device", device, .. more])
            .AssertFailed(code, message);

    [Fact]
    public void Automatic_training_is_on_the_CPU_where_no_GPU_is() =>
        Assert.Contains(
            $"--device auto: cpu, exact: {NoDriver}",
            Run(
                "train",
                "in.fasta",
                "-o",
                "model",
                "--units",
                "5",
                "--epochs",
                "1",
                "--device",
                "auto"
            ).Error,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("--compare measures what computes on the CPU", "cuda", "--compare")]
    [InlineData("libtorch is measured beside the engine, by --compare", "torch")]
    public void A_comparison_is_not_for_other_devices(
        string message,
        string device,
        params string[] more
    ) => Run(["bench", "--device", device, .. more]).AssertFailed(2, message);

    [Fact]
    public void The_doctor_tells_what_is_missing_and_why()
    {
        var outcome = Run("doctor").AssertDone();
        Assert.Contains($"cuda          none: {NoDriver}", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("libtorch      none: ", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("open-672    embedded", outcome.Text, StringComparison.Ordinal);
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public void The_doctors_json_has_the_same()
    {
        var report = JsonDocument.Parse(Run("doctor", "--json").AssertDone().Text).RootElement;
        Assert.StartsWith("unirep ", report.GetProperty("program").GetString());
        Assert.Equal(
            Environment.ProcessorCount,
            report.GetProperty("engine").GetProperty("threads").GetInt32()
        );
        Assert.True(report.GetProperty("memoryBytes").GetInt64() > 0);
        var cuda = report.GetProperty("cuda");
        Assert.StartsWith(NoDriver, cuda.GetProperty("missing").GetString());
        Assert.Empty(cuda.GetProperty("devices").EnumerateArray());
        Assert.Equal(
            JsonValueKind.Null,
            report.GetProperty("libtorch").GetProperty("folder").ValueKind
        );
        Assert.Contains(
            report.GetProperty("models").EnumerateArray(),
            model =>
                model.GetProperty("name").GetString() == "open-672"
                && model.GetProperty("isHere").GetBoolean()
        );
    }
}
