using System.Text.Json;
using UniRep.Cli.Commands.Doctor;
using UniRep.Compute;

namespace UniRep.Cli.Tests;

/// <summary>`unirep doctor --check`: with the kernels on an emulated GPU, with a driver that computes nothing, and without one.</summary>
public sealed class GpuCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Unirep.Outcome Run(string driver, int capability, params string[] arguments)
    {
        using var process = Unirep.StartWith(
            _folder.Path,
            new Dictionary<string, string>
            {
                ["UNIREP_CUDA_DRIVER"] = driver,
                ["UNIREP_LIBTORCH"] = _folder.Path,
                ["EMULATED_COMPUTE_CAPABILITY"] = $"{capability}",
            },
            arguments
        );
        return Unirep.End(process);
    }

    /// <summary>Makes a model that an emulated GPU computes in seconds.</summary>
    private void MakeModel()
    {
        _folder.Write("family.fasta", Relatives.Fasta(10, 40, 1));
        string[] sizes = ["--units", "8", "--epochs", "1"];
        Unirep
            .Run(_folder.Path, ["train", "family.fasta", "-o", "tiny", .. sizes, "--hold-out", "0"])
            .AssertDone();
    }

    private static JsonElement[] Results(Unirep.Outcome outcome) =>
        [
            .. JsonDocument
                .Parse(outcome.Text)
                .RootElement.GetProperty("check")
                .GetProperty("results")
                .EnumerateArray(),
        ];

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static double[] Three(JsonElement of, string name) =>
        [
            .. new[] { "average", "final", "cell" }.Select(kind =>
                of.GetProperty(name).GetProperty(kind).GetDouble()
            ),
        ];

    [Theory]
    [InlineData(90)]
    [InlineData(80)]
    public void A_GPU_that_computes_as_the_CPU_does_is_ok(int capability)
    {
        var driver = EmulatedLibrary.Path;
        MakeModel();
        var outcome = Run(driver, capability, "doctor", "--check", "--weights", "tiny")
            .AssertDone();
        var lines = outcome
            .Text.Split('\n')
            .SkipWhile(line => !line.StartsWith("check ", StringComparison.Ordinal))
            .ToArray();
        Assert.Contains(" 12 sequences on GPU and CPU: ", lines[0], StringComparison.Ordinal);
        const string Numbers = @"\d\.\de-\d / \d\.\de-\d / \d\.\de-\d";
        foreach (var (line, precision) in lines[1..3].Zip(["bfloat16", "exact   "]))
        {
            Assert.Matches(
                $@"^cuda:0 +random-8x1\S* +{precision}  ok, {Numbers} \(at most {Numbers}\), the same bits twice$",
                line
            );
        }
    }

    [Fact]
    public void A_GPU_that_computes_nothing_is_wrong()
    {
        using var driver = FakeDriver.Create();
        var outcome = Run(driver.Path, 90, "doctor", "--check", "--json");
        Assert.Equal(1, outcome.ExitCode);
        var results = Results(outcome);
        Assert.Equal(
            ["open-256 bfloat16", "open-256 exact", "open-672 bfloat16", "open-672 exact"],
            results.Select(result => $"{Text(result, "model")} {Text(result, "precision")}")
        );
        Assert.All(
            results,
            result =>
            {
                Assert.Equal("cuda:0", Text(result, "name"));
                Assert.Equal("wrong", Text(result, "verdict"));
                Assert.Equal(3, Three(result, "limits").Length);
            }
        );
    }

    [Fact]
    public void Without_a_GPU_there_is_nothing_to_check_which_is_an_error()
    {
        var outcome = Run("nowhere/libcuda.so", 90, "doctor", "--check");
        outcome.AssertFailed(4, "there is no NVIDIA GPU that can be used, so nothing was checked");
        Assert.Contains("cuda          none: no NVIDIA driver", outcome.Text);
        Assert.Empty(Results(Run("nowhere/libcuda.so", 90, "doctor", "--check", "--json")));
    }

    [Fact]
    public void A_doctor_that_is_not_asked_to_check_has_no_results()
    {
        using var driver = FakeDriver.Create();
        var outcome = Run(driver.Path, 90, "doctor", "--json").AssertDone();
        Assert.False(JsonDocument.Parse(outcome.Text).RootElement.TryGetProperty("check", out _));
        Run(driver.Path, 90, "doctor", "--weights", "open-256")
            .AssertFailed(2, "--weights is the model that GPUs are checked with: add --check");
        Run(driver.Path, 90, "doctor", "--check", "--weights", "nothing")
            .AssertFailed(3, "'nothing' is neither a file or folder nor a known model");
    }

    [Fact]
    public void A_GPU_that_fails_is_told_with_its_reason()
    {
        var report = GpuCheck.Run(["cuda:99"], ["open-256"], [.. GpuCheckSequences.All.Take(2)]);
        Assert.All(report.Results, result => Assert.Equal("failed", result.Verdict));
        Assert.All(report.Results, result => Assert.NotEmpty(result.Failure!));
        Assert.Null(report.Results[0].WorstErrors);
        Assert.False(report.IsRight);
    }

    [Fact]
    public void The_sequences_have_many_lengths_and_every_letter()
    {
        Assert.Equal(12, GpuCheckSequences.All.Count);
        var lengths = GpuCheckSequences.All.Select(sequence => sequence.Length).ToArray();
        Assert.Equal((1, 396), (lengths.Min(), lengths.Max()));
        Assert.Equal(
            26,
            GpuCheckSequences.All.SelectMany(sequence => sequence.ToString()).Distinct().Count()
        );
    }

    /// <summary>By hand: the second vector is off by 5 in a norm of 50.</summary>
    [Fact]
    public void An_error_is_relative_to_the_norm_of_its_vector_and_the_worst_counts()
    {
        Rep[] expected = [Rep([3, 4]), Rep([30, 40])];
        var errors = GpuCheckErrors.Worst([Rep([3, 4.01f]), Rep([33, 44])], expected);
        Assert.Equal(0.1, errors.Average!.Value, 1e-9);
        Assert.Equal(errors, GpuCheckErrors.Worst([Rep([3, 4.01f]), Rep([33, 44])], expected));
        Assert.False(errors.IsWithin(new GpuCheckErrors(0.2, 0.2, 0.05)));
        Assert.True(errors.IsWithin(new GpuCheckErrors(0.2, 0.2, 0.2)));
    }

    [Fact]
    public void What_is_not_a_number_is_wrong()
    {
        Rep[] expected = [Rep([3, 4])];
        var errors = GpuCheckErrors.Worst([Rep([3, float.NaN])], expected);
        Assert.Null(errors.Average);
        Assert.False(errors.IsWithin(new GpuCheckErrors(1, 1, 1)));
        var report = new GpuCheckReport(
            1,
            [new("cuda:0", "open-256", "exact", "wrong", errors, errors, false, null)]
        );
        var text = DoctorText.Of(DoctorReport.Make() with { Check = report });
        Assert.EndsWith(
            "exact     wrong, not a number / not a number / not a number (at most not a number / not a number / not a number), two runs differ in their bits",
            text
        );
    }

    /// <summary>The limits of eng/gpu_compare.py, which gpu-check.sh uses.</summary>
    [Fact]
    public void The_limits_are_those_of_the_check_of_a_whole_machine()
    {
        var script = File.ReadAllText(Path.Combine(Repository.Root, "eng", "gpu_compare.py"));
        foreach (var (variable, units) in new[] { ("LIMITS", 256), ("LIMITS_OF_WIDE", 1024) })
        {
            var line = script.Split('\n').Single(each => each.StartsWith($"{variable} = "));
            foreach (
                var (name, precision) in new[]
                {
                    ("bfloat16", CudaPrecision.BFloat16),
                    ("exact", CudaPrecision.Exact),
                }
            )
            {
                var numbers = line.Split($"\"{name}\": (")[1].Split(')')[0].Split(", ");
                var limits = GpuCheckErrors.LimitsOf(precision, units);
                Assert.Equal(
                    numbers[..3].Select(double.Parse),
                    [limits.Average!.Value, limits.Final!.Value, limits.Cell!.Value]
                );
            }
        }
    }

    private static Rep Rep(float[] vector) => new(vector, vector, vector);
}
