using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace UniRep.Cli.Tests;

public sealed class TrainingCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingCommandTests() => _folder.Write("family.fasta", Family(60, 60, 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evotune_makes_a_model_that_embed_takes()
    {
        var outcome = Run("evotune", "family.fasta", "-o", "tuned", "--epochs", "2").AssertDone();
        Assert.Contains(
            "54 sequences to train on, 6 held out",
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
    [InlineData("skip", "1 sequences are not made of residues and are left out")]
    [InlineData("x", "61 sequences to train on")]
    public void What_the_message_on_bad_letters_advises_works(string choice, string told)
    {
        _folder.Write("bad.fasta", Family(60, 60, 1) + ">bad\nMK?LV\n");
        string[] command =
        [
            "evotune",
            "bad.fasta",
            "-o",
            "tuned",
            "--epochs",
            "1",
            "--hold-out",
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
        Assert.InRange(summary.RootElement.GetProperty("holdOutLossBefore").GetDouble(), 3.0, 3.5);
        Run("embed", "family.fasta", "--weights", "new", "-o", "a.npz").AssertDone();
    }

    [Fact]
    public void The_course_of_training_is_in_tables_and_a_picture()
    {
        Run("train", "family.fasta", "--units", "8", "-o", "new", "--epochs", "2").AssertDone();
        var rows = _folder.ReadText("new/metrics.csv").TrimEnd().Split('\n');
        var lines = _folder.ReadText("new/metrics.jsonl").TrimEnd().Split('\n');
        Assert.StartsWith(
            "kind,epoch,batch,step,loss,hold_out_loss",
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
                .First(line => line.Contains("held out", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder.Path, "new")));
    }

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
            Kill(process, 1500);
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
        while (!File.Exists(Path.Combine(_folder.Path, "tuned", "metrics.csv")))
        {
            Thread.Sleep(20);
        }

        Thread.Sleep(500);
        using var kill = Process.Start("kill", $"-INT {process.Id}");
        var outcome = Unirep.End(process);
        outcome.AssertFailed(130, "saved; go on with: unirep evotune --resume -o tuned");
        Assert.True(File.Exists(Path.Combine(_folder.Path, "tuned", "checkpoint.safetensors")));
    }

    [Theory]
    [InlineData(1, "empty.fasta: there is not one record", "evotune", "empty.fasta", "-o", "out")]
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
        "are held out as well",
        "evotune",
        "family.fasta",
        "-o",
        "out",
        "--hold-out-file",
        "family.fasta"
    )]
    [InlineData(1, "line 2, column 2", "evotune", "bad.fasta", "-o", "out")]
    [InlineData(1, "no such file", "evotune", "none.fasta", "-o", "out")]
    [InlineData(2, "give at least one file", "evotune", "-o", "out")]
    [InlineData(2, "holds no training", "evotune", "--resume", "-o", "nothing")]
    [InlineData(
        2,
        "epochs: must be 1 or more",
        "evotune",
        "family.fasta",
        "-o",
        "out",
        "--epochs",
        "0"
    )]
    [InlineData(
        2,
        "learning rate: must be above 0",
        "evotune",
        "family.fasta",
        "-o",
        "out",
        "--learning-rate",
        "-1"
    )]
    [InlineData(2, "--units must be from 1", "train", "family.fasta", "-o", "out", "--units", "0")]
    [InlineData(2, "leave SEQS out", "evotune", "family.fasta", "--resume", "-o", "out")]
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

    /// <summary>Relatives of one protein: a few letters of it changed.</summary>
    private static string Family(int count, int length, int seed)
    {
        const string Letters = "ACDEFGHIKLMNPQRSTVWY";
        var random = new Random(seed);
        var ancestor = Enumerable.Range(0, length).Select(_ => Letters[random.Next(20)]).ToArray();
        var text = new StringBuilder();
        for (var relative = 0; relative < count; relative++)
        {
            var letters = ancestor[..(length - random.Next(length / 3))];
            for (var change = 0; change < length / 10; change++)
            {
                letters[random.Next(letters.Length)] = Letters[random.Next(20)];
            }

            text.Append('>').Append(relative).Append('\n').Append(letters).Append('\n');
        }

        return text.ToString();
    }
}
