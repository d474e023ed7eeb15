using System.Text.Json;
using UniRep.Compute;

namespace UniRep.Cli.Tests;

public sealed class ThreadsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ThreadsTests() => _folder.Write("in.fasta", Relatives.Fasta(6, 30, 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Far_more_threads_than_cores_are_not_started_and_a_warning_says_so()
    {
        var many = Unirep
            .Run(_folder.Path, "embed", "in.fasta", "-o", "many.npz", "--threads", "5000", "--json")
            .AssertDone();
        var cores = Environment.ProcessorCount;
        var most = 4 * cores;
        Assert.Contains(
            $"warning: --threads 5000: this machine has {cores} core",
            many.Error,
            StringComparison.Ordinal
        );
        Assert.Contains($"; {most} threads are used", many.Error, StringComparison.Ordinal);
        var summary = JsonDocument.Parse(many.Text).RootElement;
        Assert.Equal(most, summary.GetProperty("threads").GetInt32());
        Assert.Equal(
            BackendModule.nameOf(MlstmEngine.Supported[^1]),
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
        var outcome = Unirep
            .Run(
                _folder.Path,
                "train",
                "in.fasta",
                "--units",
                "8",
                "--epochs",
                "1",
                "-o",
                "new",
                "--threads",
                "5000"
            )
            .AssertDone();
        Assert.Contains(
            "warning: --threads 5000: this machine has",
            outcome.Error,
            StringComparison.Ordinal
        );
    }
}
