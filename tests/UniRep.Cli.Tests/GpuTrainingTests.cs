using System.Globalization;

namespace UniRep.Cli.Tests;

/// <summary>
/// `unirep train --device cuda`: the emulated driver runs the kernels on the CPU. That is slow, so sequences are few and short.
/// </summary>
public sealed class GpuTrainingTests : IDisposable
{
    private static readonly string[] Training =
    [
        "train",
        "few.fasta",
        "--units",
        "6",
        "--batch-tokens",
        "30",
        "--learning-rate",
        "0.02",
        "--warm-up",
        "1",
        "--patience",
        "0",
    ];

    private readonly TemporaryFolder _folder = new();

    public GpuTrainingTests() =>
        _folder.Write(
            "few.fasta",
            ">a\nMKVLAAGIVG\n>b\nMKVLSAGIVGK\n>c\nMRVLAAGLVG\n>d\nMKILAAGIVGR\n>e\nMKVLAAGI\n"
        );

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_trained_as_on_the_CPU_and_goes_on_there()
    {
        Train("cpu", "cpu", "--epochs", "2");
        Train("gpu", "cuda", "--epochs", "2", "--precision", "exact");
        Assert.Equal(Losses("cpu"), Losses("gpu"), (a, b) => Math.Abs(a - b) < 1e-4);
        foreach (var (folder, device) in new[] { ("cpu", "cuda"), ("gpu", "cpu") })
        {
            Run("train", "--resume", "-o", folder, "--epochs", "3", "--device", device)
                .AssertDone();
        }

        Assert.Equal(Losses("cpu"), Losses("gpu"), (a, b) => Math.Abs(a - b) < 0.05);
    }

    [Fact]
    public void The_same_training_gives_the_same_bits()
    {
        foreach (var folder in new[] { "first", "second" })
        {
            Train(folder, "cuda", "--epochs", "1");
        }

        Assert.Equal(
            _folder.Read("first/model.safetensors"),
            _folder.Read("second/model.safetensors")
        );
    }

    private double[] Losses(string folder) =>
        [
            .. File.ReadLines(Path.Combine(_folder.Path, folder, "metrics.csv"))
                .Select(line => line.Split(','))
                .Where(fields => fields[0] == "batch")
                .Select(fields => double.Parse(fields[4], CultureInfo.InvariantCulture)),
        ];

    private void Train(string folder, string device, params string[] more) =>
        Run([.. Training, "-o", folder, "--device", device, .. more]).AssertDone();

    private Unirep.Outcome Run(params string[] arguments)
    {
        using var process = Unirep.StartWith(
            _folder.Path,
            new Dictionary<string, string> { ["UNIREP_CUDA_DRIVER"] = EmulatedLibrary.Path },
            arguments
        );
        return Unirep.End(process);
    }
}
