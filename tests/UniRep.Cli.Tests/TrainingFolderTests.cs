using System.Diagnostics;

namespace UniRep.Cli.Tests;

/// <summary>The folder of a training: who may write there, and what happens when nobody can.</summary>
public sealed class TrainingFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingFolderTests() => _folder.Write("family.fasta", Relatives.Fasta(60, 60, 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_runs_cannot_train_in_one_folder_and_a_killed_one_does_not_block_the_next()
    {
        using (
            var first = Unirep.Start(
                _folder.Path,
                "train",
                "family.fasta",
                "--units",
                "32",
                "-o",
                "out",
                "--epochs",
                "100000",
                "--batch-tokens",
                "500"
            )
        )
        {
            var checkpoint = Path.Combine(_folder.Path, "out", "checkpoint.safetensors");
            while (!File.Exists(checkpoint) && !first.HasExited)
            {
                Thread.Sleep(20);
            }

            Run("train", "--resume", "-o", "out")
                .AssertFailed(4, "out: another run is training in this folder");
            Run("train", "family.fasta", "--units", "32", "-o", "out")
                .AssertFailed(4, "out: another run is training in this folder");
            Assert.False(first.HasExited);
            first.Kill();
            first.WaitForExit();
            const int KilledBySignal9 = 128 + 9;
            Assert.Equal(KilledBySignal9, first.ExitCode);
        }

        Run("train", "family.fasta", "--units", "32", "-o", "out")
            .AssertFailed(2, "out: contains a training already");
        Run("train", "--resume", "-o", "out", "--epochs", "2")
            .AssertFailed(2, "epochs: 2 is less than");
        using var second = Unirep.Start(_folder.Path, "train", "--resume", "-o", "out");
        var line = second.StandardError.ReadLine();
        Assert.Contains("resuming in epoch", line, StringComparison.Ordinal);
        second.Kill();
        second.WaitForExit();
    }

    [Fact]
    public void The_start_model_is_not_overwritten()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "m"));
        Run("weights", "convert", "open-256", "m/model.safetensors").AssertDone();
        var before = _folder.Read("m/model.safetensors");
        Directory.CreateSymbolicLink(
            Path.Combine(_folder.Path, "link"),
            Path.Combine(_folder.Path, "m")
        );
        foreach (var output in (string[])["m", "./m/", "link"])
        {
            Run("evotune", "family.fasta", "--weights", "m", "-o", output)
                .AssertFailed(2, "training would overwrite it");
        }

        Assert.Equal(before, _folder.Read("m/model.safetensors"));
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(_folder.Path, "m")));
    }

    /// <summary>No file may grow beyond a number of blocks of 1,024 bytes, as if the disk were full there.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(20)]
    public void A_full_disk_ends_it_with_a_message_and_what_was_saved_continues(int blocks)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no limit on a file's size");
        string[] training = ["train", "family.fasta", "--units", "16", "--epochs", "9", "-o"];
        Run([.. training, "whole"]).AssertDone();
        var limited = RunLimited(blocks, [.. training, "out"]);
        limited.AssertFailed(4, "cannot be written");
        var left = Directory.Exists(Path.Combine(_folder.Path, "out"))
            ? Directory.GetFiles(Path.Combine(_folder.Path, "out"))
            : [];
        Assert.DoesNotContain(left, path => path.EndsWith(".partial", StringComparison.Ordinal));
        var hasBegun = File.Exists(Path.Combine(_folder.Path, "out", "training.json"));
        Run(hasBegun ? ["train", "--resume", "-o", "out"] : [.. training, "out"]).AssertDone();
        Assert.Equal(
            _folder.Read("whole/model.safetensors"),
            _folder.Read("out/model.safetensors")
        );
    }

    private Unirep.Outcome RunLimited(int blocks, string[] arguments)
    {
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"trap '' XFSZ; ulimit -f {blocks}; exec dotnet \"$@\"");
        start.ArgumentList.Add("unirep");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "unirep.dll"));
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        return Unirep.End(process);
    }

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);
}
