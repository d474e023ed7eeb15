using System.Text.Json.Serialization;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Doctor;

/// <summary>What `unirep doctor --check` computes on the GPUs that can be used.</summary>
/// <param name="Sequences">The number of sequences.</param>
/// <param name="Results">One result for each model, GPU and precision.</param>
internal sealed record GpuCheckReport(int Sequences, IReadOnlyList<GpuCheckResult> Results)
{
    /// <summary>Gets whether something was computed, and all of it is right.</summary>
    [JsonIgnore]
    public bool IsRight => Results.Count > 0 && Results.All(result => result.Verdict == "ok");
}

/// <summary>The vectors of a GPU beside those of the CPU.</summary>
/// <param name="Name">The GPU, such as cuda:0.</param>
/// <param name="Model">The model.</param>
/// <param name="Precision">The numbers of the matrix products.</param>
/// <param name="Verdict">
/// `ok`; `wrong` if an error is above its limit or two runs differ; `failed` if something could not be computed.
/// </param>
/// <param name="WorstErrors">The worst relative errors; null if it failed.</param>
/// <param name="Limits">What they may be.</param>
/// <param name="SameBits">Whether two runs gave the same bits; null if it failed.</param>
/// <param name="Failure">Why it failed; null if it did not.</param>
internal sealed record GpuCheckResult(
    string Name,
    string Model,
    string Precision,
    string Verdict,
    GpuCheckErrors? WorstErrors,
    GpuCheckErrors Limits,
    bool? SameBits,
    string? Failure
);

/// <summary>
/// Relative errors in the norm of a vector. One that is not finite, since the vectors are not, is null.
/// </summary>
internal sealed record GpuCheckErrors(double? Average, double? Final, double? Cell)
{
    /// <summary>The width from which sums are so long that they round more.</summary>
    private const int Wide = 1024;

    /// <summary>
    /// About twice what an H200 gives with the models that are known here: those of eng/gpu_compare.py.
    /// </summary>
    public static GpuCheckErrors LimitsOf(CudaPrecision precision, int units) =>
        (precision, units >= Wide) switch
        {
            (CudaPrecision.BFloat16, false) => new(8e-3, 2e-2, 2e-2),
            (CudaPrecision.BFloat16, true) => new(2e-2, 0.15, 2e-2),
            (_, false) => new(3e-5, 5e-5, 4e-5),
            (_, true) => new(3e-4, 2e-3, 3e-4),
        };

    /// <summary>Gives the worst relative error of each kind of vector over all sequences.</summary>
    public static GpuCheckErrors Worst(IReadOnlyList<Rep> found, IReadOnlyList<Rep> expected)
    {
        double? Of(Func<Rep, float[]> kind)
        {
            var worst = found
                .Zip(expected, (a, b) => Relative(kind(a), kind(b)))
                .Aggregate(0.0, Math.Max);
            return double.IsFinite(worst) ? worst : null;
        }

        return new GpuCheckErrors(
            Of(rep => rep.Average),
            Of(rep => rep.Final),
            Of(rep => rep.Cell)
        );
    }

    /// <summary>Checks that every error is finite and at most its limit.</summary>
    public bool IsWithin(GpuCheckErrors limits) =>
        Average <= limits.Average && Final <= limits.Final && Cell <= limits.Cell;

    private static double Relative(float[] found, float[] expected) =>
        Math.Sqrt(found.Zip(expected, (a, b) => Square((double)a - b)).Sum())
        / Math.Sqrt(expected.Sum(b => Square(b)));

    private static double Square(double x) => x * x;
}
