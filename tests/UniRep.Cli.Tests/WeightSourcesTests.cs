using System.Diagnostics;
using System.Text.Json;

namespace UniRep.Cli.Tests;

/// <summary>Weights by path, from pipes and from a cache that is not as it was fetched.</summary>
public sealed class WeightSourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WeightSourcesTests() => _folder.Write("family.fasta", Relatives.Fasta(12, 30, 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_licence_stays_with_the_numbers_through_copies_and_tuning()
    {
        Run("weights", "convert", "open-256", "mine.safetensors", "--name", "mine").AssertDone();
        Run(
                "evotune",
                "family.fasta",
                "--weights",
                "mine.safetensors",
                "-o",
                "tuned",
                "--epochs",
                "1"
            )
            .AssertDone();
        var (copy, tuned) = (Info("mine.safetensors"), Info("tuned"));
        Assert.Equal("mine", copy.GetProperty("model").GetString());
        Assert.Equal("open-256", copy.GetProperty("known").GetString());
        Assert.Equal("CC-BY-4.0", copy.GetProperty("license").GetString());
        Assert.Equal("", tuned.GetProperty("known").GetString());
        Assert.Equal("CC-BY-4.0", tuned.GetProperty("license").GetString());
        Assert.StartsWith(
            "trained from mine",
            tuned.GetProperty("provenance").GetString(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Trained from random initialisation",
            tuned.GetProperty("provenance").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_licence_that_nobody_states_is_unknown()
    {
        Run("train", "family.fasta", "--units", "8", "-o", "new", "--epochs", "1").AssertDone();
        Assert.Equal("unknown", Info("new").GetProperty("license").GetString());
    }

    [Fact]
    public void A_pipe_as_weights_is_refused_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders");
        using var made = Process.Start("mkfifo", Path.Combine(_folder.Path, "pipe"));
        made.WaitForExit();
        Run("embed", "family.fasta", "--weights", "pipe", "-o", "o.npz")
            .AssertFailed(3, "a pipe or device: weights are read from a file on disk");
        Run("evotune", "family.fasta", "--weights", "pipe", "-o", "tuned")
            .AssertFailed(3, "a pipe or device: weights are read from a file on disk");
        Run("weights", "info", "/dev/stdin").AssertFailed(3, "a pipe or device");
    }

    [Fact]
    public void A_damaged_cache_is_refused_and_shown()
    {
        var model = Path.Combine(_folder.Path, "cache", "unirep", "weights", "paper-64");
        Directory.CreateDirectory(model);
        File.WriteAllText(Path.Combine(model, "embed_matrix_0.npy"), "<html></html>");
        Run("embed", "family.fasta", "--weights", "paper-64", "-o", "o.npz")
            .AssertFailed(3, "a web page");
        Run("embed", "family.fasta", "--weights", "paper-64", "-o", "o.npz")
            .AssertFailed(3, "run `unirep weights get paper-64`, which fetches only what is wrong");
        var verified = Run("weights", "verify", "paper-64");
        verified.AssertFailed(
            3,
            "run `unirep weights get paper-64`, which fetches only what is wrong"
        );
        Assert.Contains(
            "embed_matrix:0.npy: 1120 bytes expected, 13 bytes found",
            verified.Text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "fully_connected_biases:0.npy: missing",
            verified.Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_name_in_a_file_cannot_write_on_the_terminal()
    {
        Run("weights", "convert", "open-256", "mine.safetensors", "--name", "\e[2J\nmine\u202E")
            .AssertDone();
        var info = Run("weights", "info", "mine.safetensors").AssertDone();
        Assert.DoesNotContain('\e', info.Text);
        Assert.DoesNotContain('\u202E', info.Text);
        Assert.Contains("mine\uFFFD", info.Text, StringComparison.Ordinal);
    }

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);

    private JsonElement Info(string model) =>
        JsonDocument.Parse(Run("weights", "info", model, "--json").AssertDone().Text).RootElement;
}
