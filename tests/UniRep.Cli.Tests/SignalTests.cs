using System.Diagnostics;

namespace UniRep.Cli.Tests;

/// <summary>Signals that ask the program to end.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SignalTests() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are those of Unix");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_signal_ends_the_run_and_leaves_nothing(string signal)
    {
        if (signal == "INT")
        {
            Signals.SkipWhereInterruptIsIgnored();
        }

        using var process = Unirep.Start(_folder.Path, "embed", "-", "-o", "out.csv", "--quiet");
        WaitForPartialFile();
        Send(signal, process);
        Unirep.RequireEnd(process, TimeSpan.FromSeconds(60));
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("unirep: cancelled", process.StandardError.ReadToEnd().Trim());
        Assert.Empty(_folder.Files);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("evotune")]
    public void A_signal_while_a_training_reads_its_sequences_leaves_no_folder(string command)
    {
        Signals.SkipWhereInterruptIsIgnored();
        var pipe = Path.Combine(_folder.Path, "family.fasta");
        using (var make = Process.Start("mkfifo", [pipe]))
        {
            make.WaitForExit();
        }

        using var process = Unirep.Start(_folder.Path, command, "family.fasta", "-o", "out");
        // Opening waits until the program reads.
        using var writer = new StreamWriter(
            new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
        )
        {
            AutoFlush = true,
        };
        writer.Write(Relatives.Fasta(60, 60, 1));
        Send("INT", process);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "the program did not stop");
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("unirep: cancelled", process.StandardError.ReadToEnd().Trim());
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "out")));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_while_proteins_evolve_saves_a_state_that_ends_with_the_same_designs(
        string signal
    )
    {
        if (signal == "INT")
        {
            Signals.SkipWhereInterruptIsIgnored();
        }

        _folder.Write("wt.fasta", ">wt\nMKTAYIAKQRQISFVKSHFSRQ\n");
        string[] Evolve(string output, params string[] more) =>
            [
                .. $"evolve wt.fasta --scorer lm --weights open-256 --chains 4 --steps 1500 --seed 3 --designs 5 -o {output}".Split(
                    ' '
                ),
                .. more,
            ];
        Unirep.Run(_folder.Path, Evolve("whole.csv")).AssertDone();
        using var process = Unirep.Start(_folder.Path, Evolve("cut.csv"));
        // The settings are written when the run has begun.
        WaitFor(() => File.Exists(PathOf("cut.csv.run/run.json")), "no run was begun");
        Send(signal, process);
        Unirep.RequireEnd(process, TimeSpan.FromMinutes(2));
        Assert.Equal(130, process.ExitCode);
        var messages = process.StandardError.ReadToEnd();
        Assert.Contains("state saved in cut.csv.run", messages, StringComparison.Ordinal);
        Assert.EndsWith("unirep: cancelled\n", messages, StringComparison.Ordinal);
        Assert.Equal(["whole.csv", "wt.fasta"], _folder.Files);
        Assert.Equal(
            ["accepted.csv", "run.json", "state.json"],
            Directory.GetFiles(PathOf("cut.csv.run")).Select(Path.GetFileName).Order()
        );
        var accepted = _folder.ReadText("cut.csv.run/accepted.csv");
        Assert.EndsWith("\n", accepted, StringComparison.Ordinal);
        Assert.True(accepted.Length < _folder.ReadText("whole.csv.run/accepted.csv").Length);
        Unirep.Run(_folder.Path, Evolve("cut.csv", "--resume")).AssertDone();
        Assert.Equal(_folder.ReadText("whole.csv"), _folder.ReadText("cut.csv"));
        Assert.Equal(
            _folder.ReadText("whole.csv.run/accepted.csv"),
            _folder.ReadText("cut.csv.run/accepted.csv")
        );
    }

    [Fact]
    public void A_run_under_nohup_outlives_its_terminal()
    {
        using var process = Shell.Start(
            _folder.Path,
            "trap '' HUP; exec $UNIREP embed - -o out.csv --quiet"
        );
        WaitForPartialFile();
        Send("HUP", process);
        Unirep.End(process, ">a\nMKTAYIAKQR\n"u8.ToArray()).AssertDone();
        Assert.StartsWith("id,length,", _folder.ReadText("out.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_that_programs_ignore_is_recognised()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /proc");
        bool Ignores(string script, int signal) =>
            Signals.Ignores(Shell.Run(_folder.Path, script).AssertDone().Text, signal);

        const string Status = "cat /proc/self/status";
        Assert.True(Ignores($"trap '' INT; {Status}", 2));
        Assert.True(Ignores($"trap '' TERM; {Status}", 15));
        Assert.False(Ignores($"trap '' HUP; {Status}", 15));
    }

    [Fact]
    public void A_program_that_does_not_end_is_ended_and_what_it_printed_is_shown()
    {
        using var process = Shell.Start(_folder.Path, "echo started; echo late >&2; sleep 600");
        var failure = Assert.ThrowsAny<Exception>(() =>
            Unirep.End(process, TimeSpan.FromSeconds(3))
        );
        Assert.Equal(
            "the program did not end within 3 s; it had printed: started\nlate\n",
            failure.Message
        );
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)), "the program still runs");
    }

    /// <summary>The output is opened after signals are listened to.</summary>
    private void WaitForPartialFile() =>
        WaitFor(() => _folder.Files.Length > 0, "no output was opened");

    private static void WaitFor(Func<bool> isSo, string failure) =>
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    Thread.Sleep(20);
                    return isSo();
                },
                TimeSpan.FromMinutes(2)
            ),
            failure
        );

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private static void Send(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }
}
