using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>The measured peak: its kernels make the products that are counted, and whatever fails is a reason.</summary>
[Collection(EmulatedDriver.Name)]
public sealed class MeasuredPeakTests
{
    private const int NotFound = 500,
        LaunchFailed = 719;

    /// <summary>The instructions of a block in a round, and the operations of one: two for each product of two numbers.</summary>
    [Theory]
    [InlineData(90, "peak_wgmma", 2 * 4, 2 * 64 * 256 * 16)]
    [InlineData(80, "peak_mma", 8 * 32, 2 * 16 * 8 * 16)]
    public void A_kernel_makes_the_products_that_are_counted(
        int capability,
        string name,
        int instructions,
        int operations
    )
    {
        using var model = Load(capability);
        using var module = new CudaModule(model.Context, EmulatedDriver.Image.Bytes);
        using var stream = new CudaStream(model.Context);
        var kernel = PeakKernel.Load(module);
        Assert.Equal(name, kernel.Name);
        Assert.Equal(2, kernel.Blocks);
        Assert.Equal(2.0 * instructions * operations, kernel.OperationsPerRound);
        using var sums = new DeviceMemory(model.Context, 2 * PeakKernel.Threads * sizeof(float));
        kernel.Launch(stream, sums, 3);
        var found = new float[2 * PeakKernel.Threads];
        stream.DownloadNow<float>(sums, 0, found);
        Assert.Equal(3 * kernel.SumOfRound, found.Sum(each => (double)each));
        Assert.InRange(found.Distinct().Count(), 32, found.Length);
    }

    /// <summary>Every entry of the product on its own, by the definition.</summary>
    [Fact]
    public void The_sum_of_a_product_is_that_of_its_entries()
    {
        var sum = 0.0;
        for (var row = 0; row < 128; row++)
        {
            for (var column = 0; column < 256; column++)
            {
                for (var k = 0; k < 64; k++)
                {
                    sum += PeakOperands.At(0, row, k) * PeakOperands.At(1, column, k);
                }
            }
        }

        Assert.Equal(sum, PeakOperands.Sum(128, 256, 64));
        Assert.True(Math.Abs(sum) > 1);
        Assert.True(Math.Abs(PeakOperands.Sum(64, 32, 32)) > 1);
    }

    /// <summary>Factors without a pattern that a matrix unit could use: few zeros, both signs, most of the 256 values.</summary>
    [Fact]
    public void Operands_look_random()
    {
        double[] all =
        [
            .. Enumerable.Range(0, 256 * 64).Select(at => PeakOperands.At(1, at / 64, at % 64)),
        ];
        Assert.InRange(all.Average(), -0.02, 0.02);
        Assert.InRange(all.Average(each => each * each), 0.3, 0.37);
        Assert.InRange(all.Count(each => each == 0), 1, 200);
        Assert.Equal(256, all.Distinct().Count());
        Assert.All(all, each => Assert.InRange(each, -1, 1));
    }

    [Theory]
    [InlineData(90, "peak_wgmma")]
    [InlineData(80, "peak_mma")]
    public void The_peak_of_a_device_is_measured(int capability, string name)
    {
        using var engine = new CudaEngine(Load(capability), new CudaOptions());
        var peak = engine.MeasurePeak();
        Assert.Null(peak.Missing);
        Assert.Equal(name, peak.Kernel);
        Assert.InRange(peak.Rates.Count, 3, 100);
        Assert.All(peak.Rates, rate => Assert.True(double.IsFinite(rate) && rate > 0));
        Assert.InRange(peak.Median!.Value, peak.Rates.Min(), peak.Rates.Max());
    }

    [Theory]
    [InlineData("cuModuleGetFunction", NotFound, "CUDA_ERROR_NOT_FOUND")]
    [InlineData("cuLaunchKernel", LaunchFailed, "CUDA_ERROR_LAUNCH_FAILED")]
    [InlineData("cuStreamSynchronize", LaunchFailed, "CUDA_ERROR_LAUNCH_FAILED")]
    [InlineData("cuMemAlloc_v2", 2, "CUDA_ERROR_OUT_OF_MEMORY")]
    public void What_fails_is_the_reason_and_leaves_nothing(string call, int code, string reason)
    {
        using var fake = FakeDriver.CreateNamed();
        using (var model = Load(fake))
        {
            var live = fake.Live;
            fake.Fail(call, code);
            var peak = model.MeasurePeak();
            Assert.Contains(reason, peak.Missing, StringComparison.Ordinal);
            Assert.Null(peak.Median);
            Assert.Empty(peak.Rates);
            fake.Fail("", 0);
            Assert.Equal(live, fake.Live);
        }

        fake.AssertClean();
    }

    [Fact]
    public void A_driver_without_the_kernels_is_the_reason()
    {
        using var fake = FakeDriver.Create();
        using (var model = Load(fake))
        {
            Assert.StartsWith(
                "cuModuleGetFunction: CUDA_ERROR_NOT_FOUND (500)",
                model.MeasurePeak().Missing
            );
        }

        fake.AssertClean();
    }

    [Fact]
    public void A_kernel_that_makes_no_products_is_not_timed()
    {
        using var fake = FakeDriver.CreateNamed();
        using (var model = Load(fake))
        {
            var peak = model.MeasurePeak();
            Assert.StartsWith("peak_wgmma: its products add up to NaN, not to ", peak.Missing);
            Assert.Null(peak.Kernel);
            Assert.DoesNotContain("cuEventElapsedTime", fake.Calls);
        }

        fake.AssertClean();
    }

    [Fact]
    public void A_device_that_breaks_down_is_the_reason_and_the_engine_can_be_disposed()
    {
        using var fake = FakeDriver.CreateNamed();
        using (var engine = new CudaEngine(Load(fake), new CudaOptions()))
        {
            fake.Break(LaunchFailed);
            Assert.Contains("CUDA_ERROR_LAUNCH_FAILED", engine.MeasurePeak().Missing);
        }

        Assert.Equal(0, fake.Contexts);
    }

    private static CudaModel Load(int capability) =>
        EmulatedDriver.Load(
            Models.Random(24, 1),
            new CudaOptions(),
            capability,
            multiprocessors: 2
        );

    private static CudaModel Load(FakeDriver fake) =>
        CudaModel.Load(
            Models.Random(24, 1),
            new CudaOptions { DriverPath = fake.Path },
            new KernelImage("an image"u8.ToArray())
        );
}
