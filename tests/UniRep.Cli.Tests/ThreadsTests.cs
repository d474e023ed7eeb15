using System.Globalization;
using System.Text.Json;
using UniRep.Compute;

namespace UniRep.Cli.Tests;

public sealed class ThreadsTests : IDisposable
{
    private static readonly int Cores = Environment.ProcessorCount;
    private static readonly int Most = 4 * Cores;
    private static readonly string TooMany = (Most + 1).ToString(CultureInfo.InvariantCulture);
    private readonly TemporaryFolder _folder = new();

    public ThreadsTests() => _folder.Write("in.fasta", Relatives.Fasta(6, 30, 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void More_threads_than_any_machine_needs_are_refused() =>
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "-o", "many.npz", "--threads", "5000")
            .AssertFailed(2, "--threads must be from 0 to 1024, not 5000");

    [Fact]
    public void Far_more_threads_than_cores_are_not_started_and_a_warning_says_so()
    {
        SkipWhereSoManyAreTaken();
        var many = Unirep
            .Run(
                _folder.Path,
                "embed",
                "in.fasta",
                "-o",
                "many.npz",
                "--threads",
                TooMany,
                "--json"
            )
            .AssertDone();
        AssertWarned(many.Error);
        var summary = JsonDocument.Parse(many.Text).RootElement;
        Assert.Equal(Most, summary.GetProperty("threads").GetInt32());
        Assert.Equal(
            InstructionSetModule.name(MlstmEngine.Supported[^1]),
            summary.GetProperty("instructionSet").GetString()
        );
        Unirep
            .Run(_folder.Path, "embed", "in.fasta", "-o", "one.npz", "--threads", "1")
            .AssertDone();
        Assert.Equal(_folder.Read("one.npz"), _folder.Read("many.npz"));
    }

    [Fact]
    public void Training_is_as_moderate()
    {
        SkipWhereSoManyAreTaken();
        string[] command =
        [
            "train",
            "in.fasta",
            "--units",
            "8",
            "--epochs",
            "1",
            "-o",
            "new",
            "--threads",
            TooMany,
        ];
        AssertWarned(Unirep.Run(_folder.Path, command).Error);
    }

    private static void SkipWhereSoManyAreTaken() =>
        Assert.SkipWhen(
            Most >= EngineOptions.MaximalThreads,
            "so many cores take every number of threads that may be asked for"
        );

    private static void AssertWarned(string error)
    {
        Assert.Contains(
            $"warning: --threads {TooMany}: this machine has {Cores} core",
            error,
            StringComparison.Ordinal
        );
        Assert.Contains($"; {Most} threads are used", error, StringComparison.Ordinal);
    }
}
