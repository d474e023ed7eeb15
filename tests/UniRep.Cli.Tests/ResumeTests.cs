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
        // Long enough that none of the kills below can come after its end.
        string[] training =
        [
            "evotune",
            "family.fasta",
            "--epochs",
            "12",
            "--batch-tokens",
            "300",
            "--checkpoint-minutes",
            "0.002",
        ];
        Run([.. training, "-o", "whole"]).AssertDone();
        string[] resumption =
        [
            "evotune",
            "--resume",
            "-o",
            "killed",
            "--checkpoint-minutes",
            "0.002",
        ];
        using (var first = Unirep.Start(_folder.Path, [.. training, "-o", "killed"]))
        {
            Kill(first, 3, 0);
        }

        foreach (var (batches, milliseconds) in ((int, int)[])[(2, 15), (5, 40), (1, 5), (4, 25)])
        {
            using var process = Unirep.Start(_folder.Path, resumption);
            Kill(process, batches, milliseconds);
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
        Signals.SkipWhereInterruptIsIgnored();
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
        outcome.AssertFailed(
            130,
            "checkpoint saved; continue with: unirep evotune --resume -o tuned"
        );
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
            .AssertFailed(
                1,
                "The previous checkpoint is intact (new/checkpoint.previous.safetensors): resume from it with --resume --previous"
            );
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

    /// <summary>Kills a training after some batches and a moment more, while it runs.</summary>
    private void Kill(Process process, int batches, int milliseconds)
    {
        var (least, rows) = (int.MaxValue, 0);
        do
        {
            Thread.Sleep(5);
            rows = RowCount("killed");
            // A resumed training first takes back the rows that came after its checkpoint.
            least = Math.Min(least, rows);
        } while (rows < least + batches && !process.HasExited);
        Thread.Sleep(milliseconds);
        process.Kill();
        process.WaitForExit();
        const int KilledBySignal9 = 128 + 9;
        Assert.True(
            process.ExitCode == KilledBySignal9,
            $"the training ended by itself with {process.ExitCode}: {process.StandardError.ReadToEnd()}"
        );
    }

    private int RowCount(string name)
    {
        var metrics = new FileInfo(Path.Combine(_folder.Path, name, "metrics.csv"));
        if (!metrics.Exists)
        {
            return 0;
        }

        using var reader = new StreamReader(
            metrics.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        );
        return reader.ReadToEnd().Count(letter => letter == '\n');
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
