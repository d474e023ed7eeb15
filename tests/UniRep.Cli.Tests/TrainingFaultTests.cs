using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace UniRep.Cli.Tests;

/// <summary>Trainings that go wrong, or are asked for what cannot be.</summary>
public sealed class TrainingFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingFaultTests() => _folder.Write("family.fasta", Relatives.Fasta(60, 60, 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_that_diverges_says_so_keeps_the_best_model_and_says_it_again()
    {
        var outcome = Run(
            "train",
            "family.fasta",
            "--units",
            "8",
            "-o",
            "out",
            "--learning-rate",
            "1e20",
            "--weight-decay",
            "0",
            "--warm-up",
            "0",
            "--batch-tokens",
            "100000",
            "--json"
        );
        outcome.AssertFailed(
            1,
            "unirep: training diverged in epoch 1 at batch 1: the validation loss"
        );
        Assert.Contains(
            "The options are --learning-rate and --max-norm",
            outcome.Error,
            StringComparison.Ordinal
        );
        using var summary = JsonDocument.Parse(outcome.Text);
        Assert.Equal("diverged", summary.RootElement.GetProperty("end").GetString());
        Assert.False(summary.RootElement.GetProperty("improved").GetBoolean());

        var rows = _folder.ReadText("out/metrics.jsonl").TrimEnd().Split('\n');
        Assert.Equal(
            "diverged",
            JsonDocument.Parse(rows[^1]).RootElement.GetProperty("kind").GetString()
        );
        Assert.Contains("<svg", _folder.ReadText("out/loss.svg"), StringComparison.Ordinal);

        Run("train", "--resume", "-o", "out")
            .AssertFailed(1, "training diverged in epoch 1 at batch 1: the validation loss");
        var embedded = Run("embed", "family.fasta", "--weights", "out", "-o", "a.npz").AssertDone();
        Assert.Contains("(0 epochs)", embedded.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_improves_nothing_fails_and_its_model_is_not_called_tuned()
    {
        var outcome = Run(
            "evotune",
            "family.fasta",
            "-o",
            "out",
            "--learning-rate",
            "10",
            "--epochs",
            "1",
            "--json"
        );
        outcome.AssertFailed(1, "training did not improve the model");
        using var summary = JsonDocument.Parse(outcome.Text);
        Assert.False(summary.RootElement.GetProperty("improved").GetBoolean());
        Assert.Equal(0, summary.RootElement.GetProperty("bestEpoch").GetInt32());
        var info = Run("weights", "info", "out", "--json").AssertDone();
        using var facts = JsonDocument.Parse(info.Text);
        Assert.Equal("open-672", facts.RootElement.GetProperty("model").GetString());
    }

    [Fact]
    public void Interrupted_in_its_first_epoch_it_leaves_a_model_that_warns()
    {
        Signals.SkipWhereInterruptIsIgnored();
        // An epoch of a thousand batches, so that the signal comes within the first.
        _folder.Write("big.fasta", Relatives.Fasta(1200, 200, 1));
        using (
            var process = Unirep.Start(
                _folder.Path,
                "evotune",
                "big.fasta",
                "-o",
                "out",
                "--batch-tokens",
                "64"
            )
        )
        {
            var model = Path.Combine(_folder.Path, "out", "model.safetensors");
            while (!File.Exists(model) && !process.HasExited)
            {
                Thread.Sleep(5);
            }

            using var kill = Process.Start("kill", $"-INT {process.Id}");
            Unirep.End(process).AssertFailed(130, "continue with: unirep evotune --resume -o out");
        }

        var rows = _folder.ReadText("out/metrics.csv").Split('\n');
        Assert.DoesNotContain(rows, row => row.StartsWith("epoch,1,", StringComparison.Ordinal));
        var outcome = Run("embed", "family.fasta", "--weights", "out", "-o", "a.npz").AssertDone();
        Assert.Contains(
            "warning: open-672: this is the model that a training began with (0 epochs)",
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Resuming_refuses_by_name_what_would_change_nothing()
    {
        Run("train", "family.fasta", "--units", "8", "--epochs", "2", "-o", "out").AssertDone();
        Run(
                "train",
                "--resume",
                "-o",
                "out",
                "--epochs",
                "4",
                "--learning-rate",
                "0.1",
                "--units",
                "64",
                "--per-sequence"
            )
            .AssertFailed(2, "leave out --units, --learning-rate, --per-sequence.");
        Run("evotune", "family.fasta", "--resume", "-o", "out", "--weights", "open-256")
            .AssertFailed(2, "leave out SEQS, --weights.");
        Run("train", "family.fasta", "--previous", "-o", "new").AssertFailed(2, "--previous");
        Run("train", "family.fasta", "-o", "").AssertFailed(2, "--output: name a folder.");
        var outcome = Run("train", "--resume", "-o", "out", "--epochs", "4").AssertDone();
        Assert.Contains("best after epoch 4 of 4", outcome.Error, StringComparison.Ordinal);
        Run("train", "--resume", "-o", "out", "--epochs", "3")
            .AssertFailed(2, "3 is less than the 4 of before");
    }

    [Fact]
    public void A_search_with_nothing_to_validate_with_says_so()
    {
        _folder.Write("one.fasta", ">a\nMKTAYIAKQR\n");
        Run("evotune", "one.fasta", "-o", "out", "--search", "2", "--epochs", "2")
            .AssertFailed(1, "a single sequence cannot be split");
        Run("train", "family.fasta", "-o", "out", "--search", "2", "--folds", "100")
            .AssertFailed(
                2,
                "100 folds need at least 100 training sequences; there are 59: give fewer --folds"
            );
        Run("train", "family.fasta", "-o", "out", "--search", "2", "--folds", "1")
            .AssertFailed(2, "--folds must be 2 or more");
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "out")));
    }

    [Fact]
    public void Standard_input_trains_to_the_same_bits_and_resumes()
    {
        string[] training = ["--units", "8", "--epochs", "2", "--schedule", "constant"];
        var input = Encoding.UTF8.GetBytes(_folder.ReadText("family.fasta"));
        Run(["train", "family.fasta", "-o", "file", .. training]).AssertDone();
        Unirep
            .RunWith(_folder.Path, input, ["train", "-", "-o", "stdin", .. training])
            .AssertDone();
        Assert.Equal(
            _folder.Read("file/model.safetensors"),
            _folder.Read("stdin/model.safetensors")
        );
        Run("train", "--resume", "-o", "file", "--epochs", "3").AssertDone();
        Run("train", "--resume", "-o", "stdin", "--epochs", "3").AssertDone();
        Assert.Equal(
            _folder.Read("file/model.safetensors"),
            _folder.Read("stdin/model.safetensors")
        );
    }

    [Fact]
    public void The_format_of_the_input_can_be_given()
    {
        File.Copy(
            Path.Combine(_folder.Path, "family.fasta"),
            Path.Combine(_folder.Path, "family.data")
        );
        string[] training = ["train", "family.data", "--units", "8", "--epochs", "1", "-o", "out"];
        Run(training).AssertFailed(1, "family.data");
        Run([.. training, "--input-format", "fasta"]).AssertDone();
        Run("train", "--resume", "-o", "out").AssertDone();
    }

    [Fact]
    public void Numbers_are_read_alike_under_every_culture()
    {
        var german = new Dictionary<string, string>
        {
            ["LC_ALL"] = "de_DE.UTF-8",
            ["LANG"] = "de_DE.UTF-8",
        };
        string[] training = ["train", "family.fasta", "--units", "8", "--epochs", "1", "-o", "out"];
        using (
            var refused = Unirep.StartWith(
                _folder.Path,
                german,
                [.. training, "--learning-rate", "0,001"]
            )
        )
        {
            Unirep
                .End(refused)
                .AssertFailed(2, "--learning-rate takes a number such as 0.001, not '0,001'");
        }

        using var taken = Unirep.StartWith(
            _folder.Path,
            german,
            [.. training, "--learning-rate", "0.001"]
        );
        var outcome = Unirep.End(taken).AssertDone();
        Assert.Contains("learning rate 0.001,", outcome.Error, StringComparison.Ordinal);
    }

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);
}
