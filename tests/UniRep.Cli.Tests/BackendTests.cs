using System.Globalization;

namespace UniRep.Cli.Tests;

/// <summary>The option --backend, with libtorch where it is on this machine.</summary>
public sealed class BackendTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BackendTests() =>
        File.WriteAllText(
            Path.Combine(_folder.Path, "in.fasta"),
            ">a\nMKTAYIAKQRQISFVKSHFSRQ\n>b\nGSHMASMTGGQQMGR\n"
        );

    public void Dispose() => _folder.Dispose();

    private Unirep.Outcome Run(string libtorch, params string[] arguments)
    {
        using var process = Unirep.StartWith(
            _folder.Path,
            new Dictionary<string, string>
            {
                ["UNIREP_LIBTORCH"] = libtorch,
                ["OMP_NUM_THREADS"] = "1",
            },
            arguments
        );
        return Unirep.End(process);
    }

    private double[] Numbers(string name) =>
        [
            .. File.ReadLines(Path.Combine(_folder.Path, name))
                .Skip(1)
                .SelectMany(line => line.Split(',').Skip(1))
                .Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)),
        ];

    [Fact]
    public void Vectors_of_libtorch_are_those_of_the_engine_within_rounding()
    {
        string[] embed = ["embed", "in.fasta", "--weights", "open-256", "--pool", "average"];
        Run("", [.. embed, "-o", "cpu.csv"]).AssertDone();
        var done = Run(
            Libtorch.Folder,
            [.. embed, "-o", "torch.csv", "--backend", "torch", "--json"]
        );
        done.AssertDone();
        Assert.Contains("\"backend\":\"torch:cpu\"", done.Text, StringComparison.Ordinal);
        Assert.Contains("\"precision\":\"float32\"", done.Text, StringComparison.Ordinal);
        var pairs = Numbers("cpu.csv").Zip(Numbers("torch.csv")).ToArray();
        // Of each protein its length and 256 numbers.
        Assert.Equal(514, pairs.Length);
        Assert.All(pairs, pair => Assert.InRange(pair.First - pair.Second, -2e-5, 2e-5));
    }

    [Fact]
    public void A_training_begun_with_libtorch_is_resumed_with_the_engine()
    {
        string[] train = ["train", "in.fasta", "-o", "model", "--units", "5", "--hold-out", "0"];
        Run(Libtorch.Folder, [.. train, "--epochs", "1", "--backend", "torch:cpu"]).AssertDone();
        string[] resume = ["train", "--resume", "-o", "model", "--epochs", "2"];
        Run("", resume).AssertDone();
        Run(
                Libtorch.Folder,
                ["train", "--resume", "-o", "model", "--epochs", "3", "--backend", "torch"]
            )
            .AssertDone();
        var epochs = File.ReadLines(Path.Combine(_folder.Path, "model", "metrics.csv"))
            .Where(row => row.StartsWith("epoch,", StringComparison.Ordinal))
            .Select(row => row.Split(',')[1]);
        Assert.Equal(["0", "1", "2", "3"], epochs);
    }

    [Theory]
    [InlineData("embed", "in.fasta", "-o", "out.csv")]
    [InlineData("train", "in.fasta", "-o", "model", "--units", "5", "--hold-out", "0")]
    public void Without_libtorch_one_message_says_how_to_get_it(params string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));
        var outcome = Run("empty", [.. arguments, "--backend", "torch"]);
        outcome.AssertFailed(4, "was not found (looked in empty)");
        Assert.Contains(
            "dotnet package download libtorch-cpu-",
            outcome.Error,
            StringComparison.Ordinal
        );
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void The_libtorch_of_Debian_is_another_version()
    {
        const string Debian = "/usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13";
        Assert.SkipUnless(File.Exists(Debian), $"{Debian} is not here");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "debian"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "debian", "libtorch_cpu.so"), Debian);
        Run("debian", "embed", "in.fasta", "-o", "out.csv", "--backend", "torch")
            .AssertFailed(4, "is libtorch before 2.9, and TorchSharp needs 2.10.0");
    }

    [Fact]
    public void A_file_that_is_no_library_cannot_be_loaded()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "broken"));
        File.WriteAllText(Path.Combine(_folder.Path, "broken", "libtorch_cpu.so"), "no library");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the file has the name of Linux");
        Run("broken", "embed", "in.fasta", "-o", "out.csv", "--backend", "torch")
            .AssertFailed(4, "broken/libtorch_cpu.so cannot be loaded");
    }

    [Theory]
    [InlineData(
        "--device takes cpu|cuda[:N]|auto|torch[:cpu|:cuda[:N]], not 'gpu'",
        "--backend",
        "gpu"
    )]
    [InlineData("not 'torch:mps'", "--backend", "torch:mps")]
    [InlineData("--precision bfloat16 needs --device cuda or torch", "--precision", "bfloat16")]
    [InlineData("--precision int8 needs --device cpu", "--precision", "int8", "--device", "cuda:1")]
    [InlineData("--precision tf32 needs --device torch", "--precision", "tf32", "--device", "auto")]
    [InlineData("not 'cuda:x'", "--device", "cuda:x")]
    [InlineData("'--device' expects a single argument", "--device", "cpu", "--backend", "cpu")]
    [InlineData("--precision int8 needs --device cpu", "--precision", "int8", "--backend", "torch")]
    public void What_does_not_fit_is_wrong_usage(string message, params string[] arguments) =>
        Run("", ["embed", "in.fasta", "-o", "out.csv", .. arguments]).AssertFailed(2, message);
}
