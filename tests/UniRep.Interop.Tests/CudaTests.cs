using UniRep.Compute;

namespace UniRep.Interop.Tests;

/// <summary>A model on an NVIDIA GPU from C#.</summary>
public sealed class CudaTests
{
    private const string Sequence = "MKTAYIAKQR";

    /// <summary>Errors relative to the largest entry, for products of splits of bfloat16 and of bfloat16 alone.</summary>
    private const double Exact = 3e-5,
        BFloat16 = 3e-2;

    private static readonly CudaOptions Nowhere = new()
    {
        DriverPath = Path.Combine("nowhere", "libcuda.so"),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_missing_driver_is_refused_with_what_to_do()
    {
        var error = Assert.Throws<UniRepException>(() => UniRepModel.Load("open-256", Nowhere));
        AssertUnavailable(error);
        Assert.Contains(
            $"no NVIDIA driver: {Nowhere.DriverPath} was not found",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_machine_without_a_GPU_is_refused_with_what_to_do()
    {
        Assert.SkipWhen(CudaDevices.Find().Usable is not null, "This machine has a GPU.");
        AssertUnavailable(
            Assert.Throws<UniRepException>(() => UniRepModel.Load("open-256", new CudaOptions()))
        );
    }

    [Fact]
    public void A_model_that_is_not_there_is_refused_by_its_name()
    {
        var error = Assert.Throws<UniRepException>(() =>
            UniRepModel.Load("no-such-model", Nowhere)
        );
        Assert.Contains("no-such-model", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("CPU", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_call_is_an_argument_error()
    {
        Assert.Throws<ArgumentNullException>(() =>
            UniRepModel.Load("open-256", (CudaOptions)null!)
        );
        Assert.Throws<ArgumentNullException>(() => UniRepModel.Load(null!, Nowhere));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            UniRepModel.Load("open-256", new CudaOptions { Device = -1 })
        );
    }

    [Theory]
    [InlineData(CudaPrecision.Exact, Exact)]
    [InlineData(CudaPrecision.BFloat16, BFloat16)]
    public void Vectors_of_the_emulated_GPU_are_those_of_the_CPU(
        CudaPrecision precision,
        double tolerance
    )
    {
        var options = new CudaOptions { DriverPath = EmulatedLibrary.Path, Precision = precision };
        using var gpu = UniRepModel.Load("open-256", options);
        using var cpu = UniRepModel.Load("open-256");
        Assert.Equal(cpu.Fingerprint, gpu.Fingerprint);
        Assert.Contains("Emulated GPU", gpu.ToString(), StringComparison.Ordinal);
        var (expected, actual) = (cpu.Represent(Sequence), gpu.Represent(Sequence));
        AssertClose(expected.Average, actual.Average, tolerance);
        AssertClose(expected.Final, actual.Final, tolerance);
        AssertClose(expected.Cell, actual.Cell, tolerance);
    }

    [Fact]
    public void A_model_is_fine_tuned_on_the_emulated_GPU()
    {
        var options = TrainingOptionsModule.evotune.With("epochs", "1");
        string[] family = ["MKTAYIAKQR", "MKTAYLAKQR", "MRTAYIAK"];
        var cuda = new CudaOptions
        {
            DriverPath = EmulatedLibrary.Path,
            Precision = CudaPrecision.Exact,
        };
        using var gpu = UniRepModel.EvoTune(
            family,
            options,
            "open-256",
            cuda: cuda,
            cancellation: Token
        );
        using var cpu = UniRepModel.EvoTune(family, options, "open-256", cancellation: Token);
        Assert.Contains("Emulated GPU", gpu.ToString(), StringComparison.Ordinal);
        AssertClose(cpu.Represent(Sequence).Final, gpu.Represent(Sequence).Final, 1e-3);
        Assert.Throws<UniRepException>(() =>
            UniRepModel.EvoTune(family, options, "open-256", cuda: Nowhere, cancellation: Token)
        );
    }

    private static void AssertUnavailable(UniRepException error)
    {
        Assert.Equal("Unavailable", error.Case);
        Assert.Contains(
            "without CudaOptions computes on the CPU",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static void AssertClose(
        ReadOnlyMemory<float> expected,
        ReadOnlyMemory<float> actual,
        double tolerance
    ) => Tolerance.AssertCloseToLargest(expected.ToArray(), actual.ToArray(), tolerance);
}
