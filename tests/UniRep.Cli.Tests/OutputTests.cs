using System.Diagnostics;
using UniRep.Compute;

namespace UniRep.Cli.Tests;

/// <summary>What `unirep embed` writes to, and what it must not write to.</summary>
public sealed class OutputTests : IDisposable
{
    private const string Header = "id,length,average_0,";
    private readonly TemporaryFolder _folder = new();

    public OutputTests() => _folder.Write("in.fasta", ">a\nMKT\n>b\nMKA\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_output_never_replaces_what_the_run_reads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        const string Message = "the output would replace what this run reads";
        File.CreateSymbolicLink(PathOf("link.csv"), "in.fasta");
        var model = File.ReadAllBytes(
            Path.Combine(Repository.Root, "weights", "open-256.safetensors")
        );
        _folder.Write("m.safetensors", model);
        Directory.CreateDirectory(PathOf("m"));
        File.WriteAllBytes(PathOf("m/model.safetensors"), model);
        string[][] runs =
        [
            ["-o", "in.fasta", "--format", "csv"],
            ["-o", "./m/../in.fasta", "--format", "csv"],
            ["-o", "link.csv"],
            ["-o", "m.safetensors", "--weights", "m.safetensors"],
            ["-o", "m/model.safetensors", "--weights", "m"],
        ];
        foreach (var run in runs)
        {
            Unirep
                .Run(_folder.Path, ["embed", "in.fasta", "--overwrite", .. run])
                .AssertFailed(2, Message);
        }

        Assert.Equal(["in.fasta", "link.csv", "m.safetensors"], _folder.Files);
        Assert.Equal(">a\nMKT\n>b\nMKA\n", _folder.ReadText("link.csv"));
        Assert.Equal(model, _folder.Read("m.safetensors"));
        Assert.Equal(model, _folder.Read("m/model.safetensors"));
    }

    [Fact]
    public void Redirected_standard_input_is_not_replaced_either()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self/fd"), "this system has no /proc");
        var outcome = InShell("embed - -o in.fasta --format csv --overwrite < in.fasta");
        outcome.AssertFailed(2, "the output would replace what this run reads");
        Assert.Equal(">a\nMKT\n>b\nMKA\n", _folder.ReadText("in.fasta"));
    }

    [Fact]
    public void A_link_stays_and_what_it_leads_to_is_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        Directory.CreateDirectory(PathOf("sub"));
        _folder.Write("sub/real.csv", "old");
        File.CreateSymbolicLink(PathOf("link.csv"), "sub/real.csv");
        Run("-o", "link.csv").AssertFailed(2, "give --overwrite");
        Assert.Equal("old", _folder.ReadText("sub/real.csv"));
        Run("-o", "link.csv", "--overwrite").AssertDone();
        Assert.StartsWith(Header, _folder.ReadText("sub/real.csv"), StringComparison.Ordinal);
        Assert.Equal("sub/real.csv", new FileInfo(PathOf("link.csv")).LinkTarget);
        Assert.Equal(["real.csv"], Directory.GetFiles(PathOf("sub")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_second_run_of_the_same_output_is_told_and_a_killed_one_leaves_nothing_for_long()
    {
        using var first = Unirep.Start(_folder.Path, "embed", "-", "-o", "out.csv", "--quiet");
        await Until(() => _folder.Files.Contains(".out.csv.lock"));
        Run("-o", "out.csv").AssertFailed(4, "out.csv: another run is writing it");
        Run("-o", "out.csv", "--overwrite").AssertFailed(4, "another run is writing it");
        Run("-o", "other.csv").AssertDone();
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains(_folder.Files, name => name.EndsWith(".partial", StringComparison.Ordinal));
        Run("-o", "out.csv").AssertDone();
        Assert.Equal(["in.fasta", "other.csv", "out.csv"], _folder.Files);
    }

    [Fact]
    public async Task A_run_that_ends_by_itself_lets_the_next_one_write()
    {
        using var first = Unirep.Start(_folder.Path, "embed", "-", "-o", "out.csv", "--quiet");
        await Until(() => _folder.Files.Contains(".out.csv.lock"));
        Unirep.End(first, ">a\nMKT\n"u8.ToArray()).AssertDone();
        Run("-o", "out.csv", "--overwrite").AssertDone();
        Assert.Equal(["in.fasta", "out.csv"], _folder.Files);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("npz")]
    public void A_run_ends_soon_once_nobody_reads_its_results(string format)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh");
        const string Letters = "ACDEFGHIKLMNPQRSTVWY";
        var random = new Random(1);
        // Many minutes of work on any machine.
        var records = Enumerable
            .Range(0, 10_000)
            .Select(index => $">{index}\n{new string(random.GetItems(Letters.AsSpan(), 6_000))}\n");
        _folder.Write("big.fasta", string.Concat(records));
        var outcome = InShell(
            $"embed big.fasta -o - --format {format} --pool average --quiet",
            "| sleep 1"
        );
        outcome.AssertFailed(4, "standard output: cannot be written: Broken pipe");
    }

    [Fact]
    public void Results_go_where_other_programs_let_them_go()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "there is no /dev/null here");
        Run("-o", "/dev/null", "--quiet").AssertDone();
        var shown = Run("-o", "/dev/stdout", "--format", "csv", "--quiet").AssertDone();
        Assert.StartsWith(Header, shown.Text, StringComparison.Ordinal);
        InShell("embed in.fasta -o - --format csv --quiet > all.txt; echo end >> all.txt")
            .AssertDone();
        var text = _folder.ReadText("all.txt");
        Assert.StartsWith(Header, text, StringComparison.Ordinal);
        Assert.EndsWith("\nend\n", text, StringComparison.Ordinal);
        Run("-o", "/dev/zero", "--format", "csv").AssertFailed(4, "it is a device");
    }

    [Fact]
    public void Results_follow_in_a_file_that_others_write_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh");
        InShell("embed in.fasta -o - --format csv --quiet; echo end", "> all.txt").AssertDone();
        var lines = _folder.ReadText("all.txt").TrimEnd('\n').Split('\n');
        Assert.Equal(["id", "a", "b", "end"], lines.Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void States_that_no_array_holds_are_refused_before_anything_is_computed()
    {
        const int Residues = 3_195_660;
        _folder.Write(
            "long.fasta",
            $">short\nMKT\n>titin of titins\n{new string('A', Residues)}\n"
        );
        const string Message =
            "long.fasta: record 'titin', line 3: 3195660 residues have more states than one array holds; with this model there may be 3195659";
        Unirep
            .Run(_folder.Path, "embed", "long.fasta", "--per-residue", "-o", "o.npz")
            .AssertFailed(1, Message);
        var skipped = Unirep.Run(
            _folder.Path,
            "embed",
            "long.fasta",
            "--per-residue",
            "-o",
            "o.npz",
            "--on-invalid",
            "skip"
        );
        Assert.Contains(
            $"left out: {Message}",
            skipped.AssertDone().Error,
            StringComparison.Ordinal
        );
        Assert.Contains("1 records, 3 residues", skipped.Error, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private Unirep.Outcome Run(params string[] options) =>
        Unirep.Run(_folder.Path, ["embed", "in.fasta", .. options]);

    /// <summary>Runs the program in a shell; what follows applies to all of the first part.</summary>
    private Unirep.Outcome InShell(string arguments, string after = "") =>
        // The program's own exit code, not that of what comes after it.
        Shell.Run(
            _folder.Path,
            $"{{ $UNIREP {arguments}; echo $? > code; }} {after}; exit $(cat code)"
        );

    private static async Task Until(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "nothing happened in a minute");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
