using System.Diagnostics;

namespace UniRep.Cli.Tests;

public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ResumeTests() => _folder.Write("family.fasta", Relatives.Fasta(60, 60, 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Killed_at_any_moment_training_goes_on_to_the_same_bits()
    {
        string[] training =
        [
            "evotune",
            "family.fasta",
            "--epochs",
            "6",
            "--batch-tokens",
            "300",
            "--checkpoint-minutes",
            "0.002",
        ];
        Run([.. training, "-o", "whole"]).AssertDone();
        using (var process = Unirep.Start(_folder.Path, [.. training, "-o", "killed"]))
        {
            WaitForMetrics(process, "killed");
            Kill(process, 500);
        }

        foreach (var moment in (int[])[900, 1300, 700, 1100])
        {
            using var process = Unirep.Start(
                _folder.Path,
                "evotune",
                "--resume",
                "-o",
                "killed",
                "--checkpoint-minutes",
                "0.002"
            );
            Kill(process, moment);
        }

        Run("evotune", "--resume", "-o", "killed").AssertDone();
        Assert.Equal(
            _folder.Read("whole/model.safetensors"),
            _folder.Read("killed/model.safetensors")
        );
        Assert.Equal(Rows("whole"), Rows("killed"));
    }

    [Fact]
    public void Interrupted_it_saves_and_says_how_to_go_on()
    {
        using var process = Unirep.Start(
            _folder.Path,
            "evotune",
            "family.fasta",
            "-o",
            "tuned",
            "--epochs",
            "500"
        );
        WaitForMetrics(process, "tuned");
        Thread.Sleep(500);
        using var kill = Process.Start("kill", $"-INT {process.Id}");
        var outcome = Unirep.End(process);
        outcome.AssertFailed(130, "saved; continue with: unirep evotune --resume -o tuned");
        Assert.True(File.Exists(Path.Combine(_folder.Path, "tuned", "checkpoint.safetensors")));
    }

    [Fact]
    public void A_corrupt_checkpoint_is_refused_and_the_one_before_offered()
    {
        Run("train", "family.fasta", "--units", "8", "-o", "new", "--epochs", "2").AssertDone();
        var path = Path.Combine("new", "checkpoint.safetensors");
        var bytes = _folder.Read(path);
        bytes[^100] ^= 1;
        _folder.Write(path, bytes);
        Run("train", "--resume", "-o", "new")
            .AssertFailed(1, "The one before it is whole: new/checkpoint.previous.safetensors");
        Run("train", "--resume", "--previous", "-o", "new").AssertDone();
    }

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);

    /// <summary>Waits until a training has begun, or ended before that.</summary>
    private void WaitForMetrics(Process process, string name)
    {
        var metrics = Path.Combine(_folder.Path, name, "metrics.csv");
        while (!File.Exists(metrics) && !process.HasExited)
        {
            Thread.Sleep(20);
        }
    }

    private static void Kill(Process process, int milliseconds)
    {
        Thread.Sleep(milliseconds);
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>The metrics without what time they took.</summary>
    private string[] Rows(string name) =>
        [
            .. _folder
                .ReadText($"{name}/metrics.csv")
                .Split('\n')
                .Select(row => row[..Math.Max(0, row.LastIndexOf(','))]),
        ];
}
