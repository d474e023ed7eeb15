using System.Text.Json;

namespace UniRep.Cli.Tests;

public sealed class TrainingCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingCommandTests() => _folder.Write("family.fasta", Relatives.Fasta(60, 60, 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evotune_makes_a_model_that_embed_takes()
    {
        var outcome = Run("evotune", "family.fasta", "-o", "tuned", "--epochs", "2").AssertDone();
        Assert.Contains(
            "54 training sequences, 6 for validation",
            outcome.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("epoch 2, training", outcome.Error, StringComparison.Ordinal);
        Run("embed", "family.fasta", "--weights", "tuned", "-o", "a.npz").AssertDone();
        Run("embed", "family.fasta", "--weights", "tuned/model.safetensors", "-o", "b.npz")
            .AssertDone();
        Run("embed", "family.fasta", "-o", "before.npz").AssertDone();
        Assert.Equal(_folder.Read("a.npz"), _folder.Read("b.npz"));
        Assert.NotEqual(_folder.Read("a.npz"), _folder.Read("before.npz"));
    }

    [Theory]
    [InlineData("skip", "1 sequences are not made of residues and are skipped")]
    [InlineData("x", "61 training sequences")]
    public void What_the_message_on_bad_letters_advises_works(string choice, string told)
    {
        _folder.Write("bad.fasta", Relatives.Fasta(60, 60, 1) + ">bad\nMK?LV\n");
        string[] command =
        [
            "evotune",
            "bad.fasta",
            "-o",
            "tuned",
            "--epochs",
            "1",
            "--validation-fraction",
            "0",
        ];
        Run(command).AssertFailed(1, $"--on-invalid {choice}");
        var outcome = Run([.. command, "--on-invalid", choice]).AssertDone();
        Assert.Contains(told, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_begins_from_random_weights_of_any_shape()
    {
        var outcome = Run(
                "train",
                "family.fasta",
                "--units",
                "12",
                "--layers",
                "2",
                "-o",
                "new",
                "--epochs",
                "1",
                "--json"
            )
            .AssertDone();
        using var summary = JsonDocument.Parse(outcome.Text);
        Assert.Equal(1, summary.RootElement.GetProperty("epochs").GetInt32());
        Assert.InRange(
            summary.RootElement.GetProperty("validationLossBefore").GetDouble(),
            3.0,
            3.5
        );
        Run("embed", "family.fasta", "--weights", "new", "-o", "a.npz").AssertDone();
    }

    [Fact]
    public void Earlier_names_of_options_still_work_and_help_does_not_show_them()
    {
        _folder.Write("validation.fasta", Relatives.Fasta(10, 60, 2));
        string[] training = ["train", "family.fasta", "--units", "8", "--epochs", "1", "-o"];
        string[][] pairs =
        [
            ["--hold-out", "--validation-fraction", "0.5"],
            ["--hold-out-file", "--validation-file", "validation.fasta"],
        ];
        var help = Run("train", "--help").AssertDone().Text;
        foreach (var pair in pairs)
        {
            var (earlier, name, value) = (pair[0], pair[1], pair[2]);
            Run([.. training, $"by{earlier}", earlier, value]).AssertDone();
            Run([.. training, $"by{name}", name, value]).AssertDone();
            Assert.Equal(
                _folder.Read($"by{earlier}/model.safetensors"),
                _folder.Read($"by{name}/model.safetensors")
            );
            Assert.Contains($"{name} ", help, StringComparison.Ordinal);
            Assert.DoesNotContain($"{earlier} ", help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_course_of_training_is_in_tables_and_a_picture()
    {
        Run("train", "family.fasta", "--units", "8", "-o", "new", "--epochs", "2").AssertDone();
        var rows = _folder.ReadText("new/metrics.csv").TrimEnd().Split('\n');
        var lines = _folder.ReadText("new/metrics.jsonl").TrimEnd().Split('\n');
        Assert.StartsWith(
            "kind,epoch,batch,step,loss,validation_loss",
            rows[0],
            StringComparison.Ordinal
        );
        Assert.Equal(rows.Length - 1, lines.Length);
        Assert.Equal(
            3,
            lines.Count(line =>
                JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString() == "epoch"
            )
        );
        var curve = System.Xml.Linq.XDocument.Parse(_folder.ReadText("new/loss.svg"));
        Assert.Equal(
            2,
            curve.Root!.Elements().Count(element => element.Name.LocalName == "polyline")
        );
    }

    [Fact]
    public void A_search_records_its_trials_and_takes_the_best()
    {
        var outcome = Run(
                "train",
                "family.fasta",
                "--units",
                "8",
                "-o",
                "new",
                "--epochs",
                "2",
                "--search",
                "2",
                "--folds",
                "2"
            )
            .AssertDone();
        var trials = _folder
            .ReadText("new/search.jsonl")
            .TrimEnd()
            .Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        Assert.Equal(3, trials.Length);
        var best = trials[2].GetProperty("LearningRate").GetDouble();
        Assert.Equal(
            trials
                .Take(2)
                .MinBy(trial => trial.GetProperty("Loss").GetDouble())
                .GetProperty("LearningRate")
                .GetDouble(),
            best
        );
        Assert.Contains(
            FormattableString.Invariant($"learning rate {best:G3}"),
            outcome
                .Error.Split('\n')
                .First(line => line.Contains("for validation", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder.Path, "new")));
    }

    [Theory]
    [InlineData(1, "empty.fasta: there is no record", "evotune", "empty.fasta", "-o", "out")]
    [InlineData(
        1,
        "no sequence is left to use",
        "evotune",
        "family.fasta",
        "-o",
        "out",
        "--max-length",
        "5"
    )]
    [InlineData(
        1,
        "are in the validation set as well",
        "evotune",
        "family.fasta",
        "-o",
        "out",
        "--validation-file",
        "family.fasta"
    )]
    [InlineData(1, "line 2, column 2", "evotune", "bad.fasta", "-o", "out")]
    [InlineData(1, "no such file", "evotune", "none.fasta", "-o", "out")]
    [InlineData(2, "give at least one file", "evotune", "-o", "out")]
    [InlineData(2, "contains no training", "evotune", "--resume", "-o", "nothing")]
    [InlineData(
        2,
        "--epochs must be from 1 to 1000000, not 0",
        "evotune",
        "family.fasta",
        "-o",
        "out",
        "--epochs",
        "0"
    )]
    [InlineData(
        2,
        "--learning-rate must be above 0, not -1",
        "evotune",
        "family.fasta",
        "-o",
        "out",
        "--learning-rate",
        "-1"
    )]
    [InlineData(2, "--units must be from 1", "train", "family.fasta", "-o", "out", "--units", "0")]
    [InlineData(2, "leave out SEQS", "evotune", "family.fasta", "--resume", "-o", "out")]
    [InlineData(3, "paper-9", "evotune", "family.fasta", "-o", "out", "--weights", "paper-9")]
    [InlineData(4, "cannot be written", "evotune", "family.fasta", "-o", "family.fasta/out")]
    public void What_is_wrong_is_said_in_one_message(
        int exitCode,
        string message,
        params string[] arguments
    )
    {
        _folder.Write("empty.fasta", "");
        _folder.Write("bad.fasta", ">a\nM?K\n");
        Run(arguments).AssertFailed(exitCode, message);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "out")));
    }

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);
}
